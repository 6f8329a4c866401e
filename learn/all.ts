/**
 * `/learn/all`: searches the list by word, family and clause. The address may name a clause.
 *
 * @module
 */

const byId = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const word = byId<HTMLInputElement>("word");
const family = byId<HTMLSelectElement>("family");
const clause = byId<HTMLSelectElement>("clause");

function filter(): void {
  const words = word.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const section of document.querySelectorAll<HTMLElement>("[data-family]")) {
    let here = 0;
    for (const item of section.querySelectorAll<HTMLElement>("[data-clause]")) {
      const id = item.querySelector("a")!.pathname.split("/").at(-1);
      const text = `${item.textContent} ${id}`.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word)) ||
        family.value !== "" && family.value !== section.dataset.family ||
        clause.value !== "" && clause.value !== item.dataset.clause;
      if (!item.hidden) here++;
    }
    section.hidden = here === 0;
    shown += here;
  }
  byId("shown").textContent = `${shown} ${shown === 1 ? "is" : "are"} shown`;
}

const named = new URLSearchParams(location.search).get("clause") ?? "";
clause.value = named;
if (clause.value !== named) {
  // A clause that no vector shows, such as one that binds only the server.
  clause.append(new Option(named));
  clause.value = named;
}
byId("filters").addEventListener("input", filter);
filter();
