/* What this site adds to Wagtail's text editor: references to sections, and what came from a file
   and is shown as it is. No build step: React and Draft.js are those that Wagtail brings. */
(() => {
  "use strict";

  const { React, DraftJS, draftail } = window;
  const element = React.createElement;

  // What may be shown of the HTML that an editor's data hold: pasted data may say anything.
  const SHOWN = new Set(
    "a b blockquote br caption code div h2 h3 h4 h5 hr i li ol p s small sub sup table tbody td th thead tr ul".split(
      " ",
    ),
  );
  const KEPT = new Set("colspan rowspan scope start href linktype id uid".split(" "));
  const LEADS = new Set(["http:", "https:", "mailto:", "tel:"]);
  const runs = (address) =>
    !URL.canParse(address, location) || !LEADS.has(new URL(address, location).protocol);

  /** The nodes that `html` is, without anything that runs or looks otherwise. */
  const shown = (html) => {
    const { body } = new DOMParser().parseFromString(html, "text/html");
    [...body.querySelectorAll("*")].forEach((node) => {
      if (!SHOWN.has(node.localName)) node.replaceWith(...node.childNodes);
      [...node.attributes].forEach(({ name, value }) => {
        if (!KEPT.has(name) || (name === "href" && runs(value))) node.removeAttribute(name);
      });
    });
    return [...body.childNodes];
  };

  /** HTML as it would be read, in the editor. */
  const Shown = ({ html }) => {
    const place = React.useRef(null);
    React.useEffect(() => place.current.replaceChildren(...shown(html)), [html]);
    return element("div", { ref: place, className: "kept__shown" });
  };

  const button = (words, onClick) =>
    element(
      "button",
      { type: "button", className: "button button-small button-secondary", onClick },
      words,
    );

  /** A block that the editor cannot hold otherwise. */
  const KeptBlock = ({ blockProps }) => {
    const { entity, entityType, onRemoveEntity } = blockProps;
    return element(
      "div",
      { className: "kept", contentEditable: false, onKeyDown: (event) => event.stopPropagation() },
      element(Shown, entity.getData()),
      element(
        "p",
        { className: "kept__note" },
        entityType.words.note,
        " ",
        button(entityType.words.remove, onRemoveEntity),
      ),
    );
  };

  /** The sections that can be referred to: uid, number and headings, as they are in the page now. */
  const sections = () =>
    [...document.querySelectorAll("[data-inline-panel-child][data-uid]:not(.deleted)")]
      .filter((row) => row.dataset.uid)
      .map((row) => ({
        uid: row.dataset.uid,
        number: row.dataset.number,
        headings: [...row.querySelectorAll("[data-heading]")].map((each) => each.textContent),
      }));

  const Reference = ({ entityKey, contentState, entityType, children, onEdit }) => {
    const [, renew] = React.useReducer((count) => count + 1, 0);
    React.useEffect(() => {
      document.addEventListener("sections:numbered", renew);
      return () => document.removeEventListener("sections:numbered", renew);
    }, []);
    const { uid } = contentState.getEntity(entityKey).getData();
    const section = sections().find((each) => each.uid === uid);
    const says = React.Children.toArray(children)
      .map((child) => child.props.text || "")
      .join("");
    const title = section
      ? `${section.number} ${section.headings[0]}`
      : entityType && entityType.words && entityType.words.gone;
    return element(
      "span",
      {
        className: section ? "reference" : "reference reference--gone",
        title,
        // Readers see the number of the day; so do editors.
        "data-now": section && says !== section.number ? section.number : undefined,
        onMouseUp: () => onEdit && onEdit(entityKey),
      },
      children,
    );
  };

  /** A dialog of `content`; `close(value)` of it ends it, and the promise gives what was chosen. */
  const dialog = (title, className, fill) =>
    new Promise((resolve) => {
      const box = document.createElement("dialog");
      box.className = `text-dialog ${className}`;
      const heading = document.createElement("h2");
      heading.id = "text-dialog-title";
      heading.textContent = title;
      box.setAttribute("aria-labelledby", heading.id);
      box.append(heading);
      let chosen;
      fill(box, (value) => {
        chosen = value;
        box.close();
      });
      box.addEventListener("close", () => {
        box.remove();
        resolve(chosen);
      });
      // Escape closes the dialog, not what Wagtail has open below; letters are no shortcuts.
      box.addEventListener("keydown", (event) => event.stopPropagation());
      document.body.append(box);
      box.showModal();
    });

  const node = (tag, attributes = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), attributes);
    made.append(...children);
    return made;
  };

  const chooseSection = (words, current) =>
    dialog(words.title, "text-dialog--sections", (box, close) => {
      const list = node("ul");
      sections().forEach(({ uid, number, headings }) => {
        const [es, en] = headings;
        const choice = node(
          "button",
          { type: "button", className: "text-dialog__choice", onclick: () => close({ uid, number }) },
          node("b", {}, number),
          " ",
          node("span", { lang: "es" }, es),
          " ",
          node("span", { lang: "en" }, en),
        );
        if (uid === current) choice.setAttribute("aria-current", "true");
        list.append(node("li", {}, choice));
      });
      const find = node("input", { type: "search", ariaLabel: words.find, placeholder: words.find });
      find.addEventListener("input", () => {
        [...list.children].forEach((item) => {
          item.hidden = !item.textContent.toLowerCase().includes(find.value.toLowerCase());
        });
      });
      box.append(...(list.childElementCount ? [find, list] : [node("p", {}, words.none)]));
      box.append(
        node(
          "button",
          { type: "button", className: "button button-secondary", onclick: () => close() },
          words.cancel,
        ),
      );
    });

  /** Asks for the section that is referred to, and puts its number in the text. */
  class ReferenceSource extends React.Component {
    async componentDidMount() {
      const { editorState, entity, entityType, onComplete, onClose } = this.props;
      const section = await chooseSection(entityType.words, entity && entity.getData().uid);
      if (!section) {
        onClose();
        return;
      }
      const { Modifier, EditorState } = DraftJS;
      const selection = editorState.getSelection();
      const content = editorState
        .getCurrentContent()
        .createEntity("SECTION", "IMMUTABLE", { uid: section.uid });
      const replaced = Modifier.replaceText(
        content,
        selection,
        section.number,
        editorState.getCurrentInlineStyle(),
        content.getLastCreatedEntityKey(),
      );
      onComplete(EditorState.push(editorState, replaced, "insert-characters"));
    }

    render() {
      return null;
    }
  }

  draftail.registerPlugin({ type: "KEPT", block: KeptBlock }, "entityTypes");
  draftail.registerPlugin(
    { type: "SECTION", source: ReferenceSource, decorator: Reference },
    "entityTypes",
  );
  /** Begins a note and ends it, as in Word. Nothing is typed with AltGr, which some keyboards have. */
  const footnoteKey = (event) =>
    event.keyCode === "F".charCodeAt() &&
    (event.ctrlKey || event.metaKey) &&
    event.altKey &&
    !event.getModifierState("AltGraph")
      ? "FOOTNOTE"
      : undefined;

  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  const begun = new Set();
  /** A class for the first item of a list that begins at another number, or anew. */
  const listStart = (block) => {
    const start = block.getData().get("start");
    if (start === undefined || block.getType() !== "ordered-list-item") return undefined;
    const [depth, before] = [block.getDepth(), (parseInt(start, 10) || 1) - 1];
    const name = `list-${depth}-${before}`;
    if (!begun.has(name)) {
      begun.add(name);
      sheet.insertRule(`.Draftail-Editor .${name} { counter-reset: ol${depth} ${before}; }`);
    }
    return name;
  };
  draftail.registerPlugin(
    { type: "TEXTS", keyBindingFn: footnoteKey, blockStyleFn: listStart },
    "plugins",
  );

  window.consultEditor = { Shown, button, dialog, element, node, shown };
})();
