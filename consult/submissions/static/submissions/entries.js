// Ctrl + Enter saves the form that one is in, from any of its fields.
for (const form of document.querySelectorAll("[data-entry]")) {
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button.button[name=next], button.button[name=correct]"));
    }
  });
}
