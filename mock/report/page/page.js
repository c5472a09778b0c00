"use strict";
const all = (what, within = document) => [...within.querySelectorAll(what)];
const find = document.getElementById("find"), none = document.getElementById("none");
const findings = all(".finding"), groups = all(".group"), rows = all("tbody tr"), pressed = new Set();

// Every word must be found; of the buttons that are pressed, one must fit.
function filter() {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (element) => words.every((word) => element.textContent.toLowerCase().includes(word));
  for (const finding of findings) finding.hidden = !fits(finding) && !fits(finding.parentElement.firstElementChild) || pressed.size > 0 && !pressed.has(finding.dataset.kind);
  for (const group of groups) group.hidden = all(".finding", group).every((finding) => finding.hidden);
  if (none) none.hidden = findings.some((finding) => !finding.hidden) || findings.length === 0;
  const gaps = document.getElementById("gaps");
  for (const row of rows) row.hidden = !fits(row) || gaps?.getAttribute("aria-pressed") === "true" && row.dataset.whole === "yes";
}

find?.addEventListener("input", filter);
for (const button of all("button[data-kind]")) {
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", on);
    on ? pressed.add(button.dataset.kind) : pressed.delete(button.dataset.kind);
    filter();
  });
}
for (const button of all("#gaps")) {
  button.addEventListener("click", () => {
    button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true");
    filter();
  });
}
for (const button of all("#fold")) {
  button.addEventListener("click", () => {
    const open = findings.some((finding) => !finding.open);
    for (const finding of findings) finding.open = open;
  });
}

// j and k go from finding to finding, / goes to the search, Escape empties it.
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target === find) {
    if (event.key === "Escape") { find.value = ""; filter(); find.blur(); }
    return;
  }
  if (event.key === "/" && find) { event.preventDefault(); find.focus(); return; }
  const step = { j: 1, k: -1 }[event.key];
  if (!step) return;
  const shown = findings.filter((finding) => !finding.hidden).map((finding) => finding.firstElementChild);
  const at = shown.indexOf(document.activeElement);
  const next = shown[at < 0 ? 0 : Math.min(Math.max(at + step, 0), shown.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
});
