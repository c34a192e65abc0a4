/* The rows of the panel of a draft's sections: numbers, headings, states, and their fields, which are
   there once a row is opened. The text editors start when they are looked at: hundreds at once would
   stop the browser. What can be done with rows: editor.js. */
(() => {
  "use strict";

  /** The numbers ("2.3") of sections from their levels, as working_groups.rules.section_numbers. */
  const numbersOf = (levels) => {
    const above = [];
    let counters = [];
    return levels.map((level) => {
      while (above.length && above.at(-1) >= level) above.pop();
      above.push(level);
      counters = above.map((_, depth) => counters[depth] ?? 0);
      counters[counters.length - 1] += 1;
      return counters.join(".");
    });
  };

  class SectionRows extends window.InlinePanel {
    constructor(options) {
      super(options);
      // Wagtail's constructor has asked for the controls of each row already: not before this.
      this.root = this.list.closest("[data-sections]");
      this.words = this.root.querySelector("template[data-words]").dataset;
      this.startWith = this.root.dataset.startWith;
      this.seen = new IntersectionObserver((entries) => this.wakeSeen(entries), {
        rootMargin: "600px",
      });
      this.root.addEventListener("wagtail:panel-toggle", (event) => this.toggled(event));
      this.root.addEventListener("toggle", (event) => this.unfold(event.target), true);
      this.rows.forEach((row) => {
        this.showStatus(row);
        if (this.isOpen(row)) this.opened(row);
      });
    }

    get list() {
      return this.formsElt.get(0);
    }

    /** The rows that are not deleted, in order. */
    get rows() {
      return [...this.list.children].filter((row) => !row.classList.contains("deleted"));
    }

    field(row, name) {
      return document.getElementById(`${row.id.replace("inline_child_", "id_")}-${name}`);
    }

    content(row) {
      return document.getElementById(`${row.id}-panel-content`);
    }

    toggle(row) {
      return row.querySelector("[data-panel-toggle]");
    }

    name(row) {
      const heading = row.querySelector('[data-heading="es"]').textContent;
      return `${row.dataset.number} ${heading}`.trim();
    }

    /** Replaces Wagtail's, which listens at every button of every row. */
    initChildControls(prefix) {
      const row = document.getElementById(`inline_child_${prefix}`);
      if (this.field(row, "DELETE").value === "1") {
        row.classList.add("deleted");
        row.hidden = true;
      }
      const tools = row.querySelector("[data-tools-here]");
      tools.append(this.part("tools"));
      // One stop for the Tab key; the arrows lead along.
      [...tools.children].slice(1).forEach((tool) => {
        tool.tabIndex = -1;
      });
    }

    /** A copy of one of the templates that stand below the rows. */
    part(name) {
      const template = this.list.parentElement.querySelector(`template[data-${name}]`);
      return template.content.cloneNode(true);
    }

    updateControlStates() {
      this.updateAddButtonState();
      if (this.root) this.renumber();
    }

    initialFocus() {}

    row(id) {
      return this.rows.find((row) => row.id === id);
    }

    // --- Numbers and states -----------------------------------------------------------------------

    renumber() {
      const rows = this.rows;
      const levels = rows.map((row) => Number(this.field(row, "level").value) || 1);
      numbersOf(levels).forEach((number, place) => {
        const row = rows[place];
        row.dataset.number = number;
        row.style.setProperty("--depth", number.split(".").length - 1);
        row.querySelector("[data-number]").textContent = number;
        row.querySelector('[role="toolbar"]').ariaLabel = this.words.toolbar.replace("%s", number);
      });
      this.list.dispatchEvent(new CustomEvent("sections:numbered", { bubbles: true }));
    }

    status(row) {
      return row.querySelector("[data-status-here]").dataset.status;
    }

    showStatus(row, status = this.status(row)) {
      const place = row.querySelector("[data-status-here]");
      place.dataset.status = status;
      place.replaceChildren(this.part("statuses").querySelector(`[data-translation="${status}"]`));
    }

    // --- Opening, and the text editors -------------------------------------------------------------

    isOpen(row) {
      return this.toggle(row).getAttribute("aria-expanded") === "true";
    }

    setOpen(row, open) {
      if (this.isOpen(row) !== open) this.toggle(row).click();
    }

    toggled({ target, detail }) {
      if (detail.expanded && target.matches("[data-panel-toggle]")) {
        this.opened(target.closest("[data-inline-panel-child]"));
      }
    }

    opened(row) {
      this.fillIn(row);
      this.seen.observe(row);
    }

    /** The fields of a section, with the values that waited for them while it was closed. */
    fillIn(row) {
      const content = this.content(row);
      if (content.querySelector("[data-field]")) return;
      const prefix = row.id.replace("inline_child_", "");
      const holder = document.createElement("template");
      holder.innerHTML = this.root
        .querySelector("template[data-fields]")
        .innerHTML.replaceAll(this.opts.emptyChildFormPrefix, prefix);
      const fields = holder.content;
      const themes = [];
      [...content.children].forEach((waiting) => {
        const field = fields.querySelector(`[name="${waiting.name}"]`);
        if (field) field.value = waiting.value;
        else themes.push(waiting);
      });
      fields.querySelector("[data-theme-list]").replaceChildren(...themes);
      content.replaceChildren(fields);
      this.nameThemes(content.querySelector("[data-themes]"));
    }

    wakeSeen(entries) {
      entries
        .filter((entry) => entry.isIntersecting && this.isOpen(entry.target))
        .forEach(({ target }) => {
          this.seen.unobserve(target);
          this.wake(target);
        });
    }

    /** Start the text editors of `row`. */
    wake(row) {
      row.querySelectorAll("[data-sleeping]").forEach((input) => {
        delete input.dataset.sleeping;
        // The editor changes what it is started with.
        const detail = { ...JSON.parse(this.startWith), ariaLabelledBy: `${input.id}-label` };
        input.dispatchEvent(new CustomEvent("w-draftail:init", { bubbles: true, detail }));
      });
    }

    // --- Themes ------------------------------------------------------------------------------------

    /** The check boxes of a section's themes, made from the hidden fields when they are looked at. */
    unfold(details) {
      const hidden = details.matches("[data-themes]")
        ? details.querySelectorAll('[data-theme-list] > input[type="hidden"]')
        : [];
      const list = details.querySelector("[data-theme-list]");
      if (!list || list.querySelector("label")) return;
      const chosen = [...hidden].map((input) => input.value);
      list.replaceChildren(this.part("theme-choices"));
      list.querySelectorAll("input").forEach((box) => {
        box.name = details.dataset.themes;
        box.checked = chosen.includes(box.value);
      });
    }

    nameThemes(details) {
      const list = details.querySelector("[data-theme-list]");
      const chosen = [...list.querySelectorAll('[type="hidden"], :checked')].map(({ value }) => value);
      const names = [...this.part("theme-choices").querySelectorAll("label")]
        .filter((label) => chosen.includes(label.querySelector("input").value))
        .map((label) => label.textContent.trim());
      details.querySelector("[data-theme-names]").textContent =
        names.join(", ") || this.words.none;
    }
  }

  window.SectionRows = SectionRows;
})();
