/* What can be done with the sections of a draft in Wagtail's editor: move, insert, delete, find, show
   some of them; by keyboard too. Wagtail's own panel keeps their order and lets them be dragged. */
(() => {
  "use strict";

  const LEVELS = 3;
  // Less often than Wagtail where there is much to compare and to send.
  const LARGE = 50;

  /** Lets what Wagtail saves by itself arrive before `form` is sent, and sends nothing after it: of
      two that are under way at once, the later one would be taken for another person's. */
  const oneAfterTheOther = (form) => {
    let underWay = false;
    let sent = false;
    let waiting = null;
    const send = (event) => {
      if (underWay) {
        event.preventDefault();
        event.stopImmediatePropagation();
        waiting = { submitter: event.submitter };
        return;
      }
      sent = true;
      setTimeout(() => {
        sent = !event.defaultPrevented;
      });
    };
    const sendWaiting = ({ submitter }) => {
      waiting = null;
      // Wagtail has disabled the button meanwhile; its name, by which the server knows what to do,
      // would not be sent.
      const disabled = submitter?.disabled;
      if (disabled) submitter.disabled = false;
      form.requestSubmit(submitter);
      if (disabled) submitter.disabled = true;
    };
    const arrived = () => {
      underWay = false;
      if (waiting) sendWaiting(waiting);
    };
    form.addEventListener("w-autosave:save", (event) => {
      if (sent) event.preventDefault();
      else underWay = true;
    });
    form.addEventListener("w-autosave:success", arrived);
    form.addEventListener("w-autosave:error", arrived);
    form.addEventListener("submit", send, true);
  };

  class SectionsPanel extends window.SectionRows {
    constructor(options) {
      super(options);
      this.root.addEventListener("click", (event) => this.clicked(event));
      this.root.addEventListener("input", (event) => this.typed(event));
      this.root.addEventListener("change", (event) => this.changed(event));
      this.root.addEventListener("keydown", (event) => this.pressed(event));
      const form = this.root.closest("form");
      form.addEventListener("w-autosave:success", (event) => this.saved(event));
      oneAfterTheOther(form);
      if (this.rows.length > LARGE) {
        form.dataset.wUnsavedDurationsValue = '{"initial":2000,"notify":30,"check":2000}';
      }
      window.addEventListener("hashchange", () => this.goTo(this.linked()));
      window.addEventListener("load", () => this.goTo(this.linked()));
      this.renumber();
    }

    renumber() {
      super.renumber();
      this.fillJumps(this.rows);
      this.filter();
    }

    say(words) {
      this.root.querySelector("[data-said]").textContent = words;
    }

    fillJumps(rows) {
      const jump = this.root.querySelector("[data-jump]");
      const chosen = jump.value;
      jump.replaceChildren(
        ...rows.map((row) => new Option(this.name(row), row.id, false, row.id === chosen)),
      );
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
        const [, prefix, what] = name.match(/^(?:(.+)-)?(translation_status|uid)$/) || [];
        const row = prefix
          ? this.row(`inline_child_${prefix}`)
          : what && document.querySelector("[data-draft-translation]");
        if (!row) return;
        if (what === "uid") row.dataset.uid = value;
        else this.showStatus(row, value);
      });
      this.filter();
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
      const shifted = this.level(row) + step;
      if (shifted < 1 || shifted > LEVELS) return;
      level.value = shifted;
      level.dispatchEvent(new Event("change", { bubbles: true }));
    }

    level(row) {
      return Number(this.field(row, "level").value);
    }

    /** A section with all that stands under it. */
    branch(row) {
      const rows = this.rows.slice(this.rows.indexOf(row));
      const end = rows.findIndex((each, place) => place && this.level(each) <= this.level(row));
      return end < 0 ? rows : rows.slice(0, end);
    }

    /** Moves a section, with all that stands under it, past the one before or after it. */
    move(row, step) {
      const rows = this.rows;
      const branch = this.branch(row);
      if (step < 0) {
        const above = rows.slice(0, rows.indexOf(row)).reverse();
        const beside = above.find((each) => !each.hidden && this.level(each) <= this.level(row));
        if (!beside) return;
        beside.before(...branch);
      } else {
        const below = rows.slice(rows.indexOf(row) + branch.length);
        const beside = below.find((each) => !each.hidden);
        if (!beside) return;
        const sibling = this.level(beside) === this.level(row);
        (sibling ? this.branch(beside).at(-1) : beside).after(...branch);
      }
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

    /** Adds a section: at the end, or after the one named, where it takes nothing from that. */
    addForm({ after } = {}) {
      const before = after || this.rows.at(-1);
      const under = after && this.branch(after)[1];
      super.addForm();
      const row = this.list.lastElementChild;
      if (before) {
        this.field(row, "level").value = this.level(under || before);
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
