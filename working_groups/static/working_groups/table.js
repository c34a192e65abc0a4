/* Tables in Wagtail's text editor: a block that shows one, and a dialog in which it is changed. What
   stands in a cell keeps its form (bold words, notes, links) unless it is changed itself. */
(() => {
  "use strict";

  const { React, DraftJS, draftail } = window;
  const { Shown, button, dialog, element, node, shown } = window.consultEditor;
  const { grid, placeOf, addRow, addColumn, deleteRow, deleteColumn, canHead, setHead } =
    window.consultGrid;

  const NEW =
    '<table><thead><tr><th scope="col"></th><th scope="col"></th></tr></thead>' +
    "<tbody><tr><td></td><td></td></tr><tr><td></td><td></td></tr></tbody></table>";
  // The dialog's own, which no stored table has.
  const ADDED = ["contenteditable", "aria-label", "class"];

  const TOOLS = [
    ["row_above", (table, cell) => addRow(table, cell, 0)],
    ["row_below", (table, cell) => addRow(table, cell, 1)],
    ["delete_row", deleteRow],
    ["column_before", (table, cell) => addColumn(table, cell, 0)],
    ["column_after", (table, cell) => addColumn(table, cell, 1)],
    ["delete_column", deleteColumn],
  ];

  /** The HTML of `table` without what the dialog added. */
  const htmlOf = (table) => {
    const copy = table.cloneNode(true);
    copy.querySelectorAll("*").forEach((each) => ADDED.forEach((name) => each.removeAttribute(name)));
    if (copy.caption && !copy.caption.textContent.trim()) copy.caption.remove();
    return copy.outerHTML;
  };

  /** Lets the words of `table` be changed, and says of each cell where it is. */
  const prepare = (table, words) => {
    if (!table.caption) table.createCaption();
    table.caption.contentEditable = "true";
    table.caption.ariaLabel = words.caption;
    [...table.rows].forEach((row, y) => {
      const places = grid(table)[y];
      [...row.cells].forEach((cell) => {
        cell.contentEditable = "true";
        cell.ariaLabel = words.row
          .replace("%(row)s", y + 1)
          .replace("%(column)s", places.indexOf(cell) + 1);
      });
    });
  };

  const typed = (event) => {
    if (event.type === "paste") {
      event.preventDefault();
      document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
    } else if (event.key === "Enter" && event.target.isContentEditable) {
      event.preventDefault();
      document.execCommand("insertLineBreak");
    }
  };

  /** The HTML of the table as somebody changed it; nothing where they did not want to. */
  const change = (html, words) =>
    dialog(words.title, "text-dialog--table", (box, close) => {
      const table = shown(html).find((each) => each.localName === "table");
      let current = table.rows[0].cells[0];
      const head = node("input", { type: "checkbox", checked: Boolean(table.tHead) });
      const renew = () => {
        prepare(table, words);
        head.checked = Boolean(table.tHead);
        head.disabled = !canHead(table);
        table.querySelectorAll(".is-current").forEach((cell) => cell.classList.remove("is-current"));
        current.classList.add("is-current");
      };
      const tools = TOOLS.map(([name, use]) =>
        node(
          "button",
          {
            type: "button",
            className: "button button-small button-secondary",
            onclick: () => {
              current = use(table, current);
              renew();
              current.focus();
            },
          },
          words[name],
        ),
      );
      head.addEventListener("change", () => {
        const { row, column } = placeOf(table, current);
        setHead(table, head.checked);
        current = grid(table)[row][column];
        renew();
      });
      table.addEventListener("focusin", ({ target }) => {
        const cell = target.closest("td, th");
        if (cell) current = cell;
        renew();
      });
      table.addEventListener("keydown", typed);
      table.addEventListener("paste", typed);
      renew();
      const before = htmlOf(table);
      box.addEventListener("cancel", (event) => {
        if (htmlOf(table) !== before && !window.confirm(words.lose)) event.preventDefault();
      });
      box.append(
        node("div", { className: "text-dialog__tools" }, ...tools, node("label", {}, head, " ", words.head)),
        node("div", { className: "text-dialog__table" }, table),
        node(
          "div",
          { className: "text-dialog__end" },
          node("button", { type: "button", className: "button", onclick: () => close(htmlOf(table)) }, words.done),
          node(
            "button",
            { type: "button", className: "button button-secondary", onclick: () => close() },
            words.cancel,
          ),
        ),
      );
      // Shown by then.
      setTimeout(() => current.focus());
    });

  const TableBlock = ({ blockProps }) => {
    const { entity, entityType, onEditEntity, onRemoveEntity } = blockProps;
    return element(
      "div",
      // The editor takes no key for its own that is meant for a button in it.
      { className: "kept", contentEditable: false, onKeyDown: (event) => event.stopPropagation() },
      element(Shown, entity.getData()),
      element(
        "p",
        { className: "kept__tools" },
        button(entityType.words.edit, onEditEntity),
        " ",
        button(entityType.words.remove, onRemoveEntity),
      ),
    );
  };

  class TableSource extends React.Component {
    async componentDidMount() {
      const { editorState, entity, entityKey, entityType, onComplete, onClose } = this.props;
      const html = await change(entity ? entity.getData().html : NEW, entityType.words);
      if (!html) {
        onClose();
        return;
      }
      const content = editorState.getCurrentContent();
      if (entity) {
        const block = content.getBlocksAsArray().find((each) => each.getEntityAt(0) === entityKey);
        onComplete(draftail.DraftUtils.updateBlockEntity(editorState, block, { html }));
        return;
      }
      const created = content.createEntity("TABLE", "IMMUTABLE", { html });
      const key = created.getLastCreatedEntityKey();
      onComplete(DraftJS.AtomicBlockUtils.insertAtomicBlock(editorState, key, " "));
    }

    render() {
      return null;
    }
  }

  draftail.registerPlugin({ type: "TABLE", source: TableSource, block: TableBlock }, "entityTypes");
})();
