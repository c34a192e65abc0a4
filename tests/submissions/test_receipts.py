from hypothesis import given, strategies as st

from consult.submissions.receipts import ALPHABET, new_receipt, read_receipt


def test_a_new_code_reads_as_itself() -> None:
    code = new_receipt()
    assert read_receipt(code) == code


def test_case_spacing_and_misread_letters_do_not_matter() -> None:
    code = new_receipt()
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert read_receipt(f"  {typed} ") == code
    assert read_receipt(code.removeprefix("AC-")) == code


@given(place=st.integers(0, 12), symbol=st.sampled_from(ALPHABET))
def test_one_wrong_sign_is_noticed(place: int, symbol: str) -> None:
    symbols = new_receipt().removeprefix("AC").replace("-", "")
    if symbols[place] != symbol:
        assert read_receipt(symbols[:place] + symbol + symbols[place + 1 :]) is None


@given(st.text(max_size=200))
def test_nonsense_is_no_code(text: str) -> None:
    code = read_receipt(text)
    assert code is None or read_receipt(code) == code
