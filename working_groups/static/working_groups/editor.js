/* The sections of a draft in Wagtail's editor. Wagtail's own panel adds rows, keeps their order and
   lets them be dragged; this numbers them, moves them by keyboard, and starts the text editors of a
   section once it is looked at: hundreds at once would stop the browser. */
(() => {
  "use strict";

  const LEVELS = 3;
  // Less often than Wagtail where there is much to compare and to send.
  const LARGE = 50;

  /** The numbers ("2.3") of sections from their levels, as working_groups.rules.section_numbers. */
  const numbersOf = (levels) => {
    let counters = [];
    return levels.map((level) => {
      const depth = Math.max(1, Math.min(level, counters.length + 1));
      counters = [...counters.slice(0, depth), 0].slice(0, depth);
      counters[depth - 1] = (counters[depth - 1] || 0) + 1;
      return counters.join(".");
    });
  };

  class SectionsPanel extends window.InlinePanel {
    constructor(options) {
      super(options);
      // Wagtail's constructor has asked for the controls of each row already: not before this.
      this.root = this.list.closest("[data-sections]");
      this.words = this.root.querySelector("template[data-words]").dataset;
      this.startWith = this.root.dataset.startWith;
      this.seen = new IntersectionObserver((entries) => this.wakeSeen(entries), {
        rootMargin: "600px",
      });
      this.root.addEventListener("click", (event) => this.clicked(event));
      this.root.addEventListener("input", (event) => this.typed(event));
      this.root.addEventListener("change", (event) => this.changed(event));
      this.root.addEventListener("keydown", (event) => this.pressed(event));
      this.root.addEventListener("wagtail:panel-toggle", (event) => this.toggled(event));
      this.root.addEventListener("toggle", (event) => this.unfold(event.target), true);
      const form = this.root.closest("form");
      form.addEventListener("w-autosave:success", (event) => this.saved(event));
      if (this.rows.length > LARGE) {
        form.dataset.wUnsavedDurationsValue = '{"initial":2000,"notify":30,"check":2000}';
      }
      window.addEventListener("hashchange", () => this.goTo(this.linked()));
      this.rows.forEach((row) => {
        this.showStatus(row);
        if (this.isOpen(row)) this.opened(row);
      });
      this.renumber();
      window.addEventListener("load", () => this.goTo(this.linked()));
    }

    // --- What rows are made of -----------------------------------------------------------------

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

    say(words) {
      this.root.querySelector("[data-said]").textContent = words;
    }

    // --- Numbers, headings, states ---------------------------------------------------------------

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
      this.fillJumps(rows);
      this.filter();
    }

    fillJumps(rows) {
      const jump = this.root.querySelector("[data-jump]");
      const chosen = jump.value;
      jump.replaceChildren(
        ...rows.map((row) => new Option(this.name(row), row.id, false, row.id === chosen)),
      );
    }

    status(row) {
      return row.querySelector("[data-status-here]").dataset.status;
    }

    /** Shows only the rows whose translation is not done, where that was asked for. */
    filter() {
      const rows = this.rows;
      const behind = rows.filter((row) => this.status(row) !== "reviewed");
      const button = this.root.querySelector("[data-filter]");
      const filtered = button.getAttribute("aria-pressed") === "true";
      rows.forEach((row) => {
        row.hidden = filtered && !behind.includes(row);
      });
      this.root.querySelector("[data-behind]").textContent = behind.length;
      this.root.querySelector("[data-none]").hidden = !filtered || behind.length > 0;
    }

    typed({ target }) {
      const [, name] = target.id.match(/-heading_(es|en)$/) || [];
      if (!name) return;
      const row = target.closest("[data-inline-panel-child]");
      row.querySelector(`[data-heading="${name}"]`).textContent = target.value;
      this.fillJumps(this.rows);
    }

    changed({ target }) {
      if (target.id.endsWith("-level")) this.renumber();
      if (target.matches("[data-jump]")) this.row(target.value).scrollIntoView({ block: "center" });
      const themes = target.closest("[data-themes]");
      if (themes) this.nameThemes(themes);
    }

    /** After Wagtail saved by itself: what the server found out. */
    saved({ detail }) {
      Object.entries(detail.response.field_updates || {}).forEach(([name, value]) => {
        const [, prefix, what] = name.match(/^(.+)-(translation_status|uid)$/) || [];
        const row = prefix && this.row(`inline_child_${prefix}`);
        if (!row) return;
        if (what === "uid") row.dataset.uid = value;
        else this.showStatus(row, value);
      });
      this.filter();
    }

    showStatus(row, status = this.status(row)) {
      const place = row.querySelector("[data-status-here]");
      place.dataset.status = status;
      place.replaceChildren(this.part("statuses").querySelector(`[data-translation="${status}"]`));
    }

    row(id) {
      return this.rows.find((row) => row.id === id);
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
        const detail = JSON.parse(this.startWith);
        input.dispatchEvent(new CustomEvent("w-draftail:init", { bubbles: true, detail }));
      });
    }

    linked() {
      const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      return target && this.list.contains(target)
        ? target.closest("[data-inline-panel-child]")
        : null;
    }

    goTo(row) {
      if (!row) return;
      const tab = row.closest('[role="tabpanel"]');
      if (tab && tab.hidden) document.getElementById(tab.getAttribute("aria-labelledby")).click();
      row.hidden = false;
      this.setOpen(row, true);
      this.toggle(row).focus();
      row.scrollIntoView();
    }

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

    // --- Tools -------------------------------------------------------------------------------------

    clicked({ target }) {
      const button = target.closest("button");
      if (!button || button.closest(".Draftail-Editor")) return;
      const row = button.closest("[data-inline-panel-child]");
      if (button.dataset.tool) this.use(button.dataset.tool, row, button);
      else if (button.matches("[data-open-all]")) this.rows.forEach((each) => this.setOpen(each, true));
      else if (button.matches("[data-close-all]")) this.rows.forEach((each) => this.setOpen(each, false));
      else if (button.matches("[data-go]")) this.goTo(this.row(this.root.querySelector("[data-jump]").value));
      else if (button.matches("[data-filter]")) {
        button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true");
        this.filter();
      }
    }

    /** Left, right, Home and End lead along the tools of a row. */
    pressed(event) {
      const tools = event.target.closest('[role="toolbar"][data-tools-here]');
      if (!tools) return;
      const all = [...tools.children];
      const at = all.indexOf(event.target);
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      this.focusTool(all[(to + all.length) % all.length]);
    }

    focusTool(tool) {
      [...tool.parentElement.children].forEach((each) => {
        each.tabIndex = each === tool ? 0 : -1;
      });
      tool.focus();
    }

    use(tool, row, button) {
      if (tool === "delete") {
        this.remove(row);
        return;
      }
      if (tool === "insert") {
        this.addForm({ after: row });
        return;
      }
      if (tool === "in" || tool === "out") this.shift(row, tool === "in" ? 1 : -1);
      else this.move(row, tool === "up" ? -1 : 1);
      this.say(this.words.moved.replace("%s", this.name(row)));
      this.focusTool(button);
    }

    shift(row, step) {
      const level = this.field(row, "level");
      const shifted = Number(level.value) + step;
      if (shifted < 1 || shifted > LEVELS) return;
      level.value = shifted;
      level.dispatchEvent(new Event("change", { bubbles: true }));
    }

    move(row, step) {
      const rows = this.rows.filter((each) => !each.hidden);
      const beside = rows[rows.indexOf(row) + step];
      if (!beside) return;
      if (step < 0) beside.before(row);
      else beside.after(row);
      this.updateOrderValues();
      this.updateControlStates();
    }

    remove(row) {
      const name = this.name(row);
      const isNew = !this.field(row, "id").value;
      if (!isNew && !window.confirm(this.words.delete.replace("%s", name))) return;
      const rows = this.rows;
      const beside = rows[rows.indexOf(row) + 1] || rows[rows.indexOf(row) - 1];
      const input = this.field(row, "DELETE");
      input.value = "1";
      row.classList.add("deleted");
      row.hidden = true;
      input.dispatchEvent(new Event("change", { bubbles: true }));
      this.updateControlStates();
      this.say(this.words.deleted.replace("%s", name));
      (beside ? this.toggle(beside) : document.getElementById(`${this.opts.formsetPrefix}-ADD`)).focus();
      row.dispatchEvent(
        new CustomEvent("w-formset:removed", { bubbles: true, detail: { ...this.opts } }),
      );
    }

    /** Adds a section: at the end, or after the one named, at its level. */
    addForm({ after } = {}) {
      const before = after || this.rows.at(-1);
      super.addForm();
      const row = this.list.lastElementChild;
      if (before) {
        this.field(row, "level").value = this.field(before, "level").value;
        before.after(row);
      }
      this.updateOrderValues();
      this.updateControlStates();
      row.hidden = false;
      this.opened(row);
      row.scrollIntoView({ block: "nearest" });
      this.field(row, "heading_es").focus({ preventScroll: true });
    }
  }

  window.SectionsPanel = SectionsPanel;
})();
