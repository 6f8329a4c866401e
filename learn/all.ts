/**
 * Makes `/learn/all` work: it searches the list by word, family and clause.
 *
 * @module
 */

const byId = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const word = byId<HTMLInputElement>("word");
const family = byId<HTMLSelectElement>("family");
const clause = byId<HTMLSelectElement>("clause");

const all = document.querySelectorAll("[data-clause]");

/** Shows the vectors that match all three fields, and hides families without one. */
function filterVectors(): void {
  const words = word.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const section of document.querySelectorAll<HTMLElement>("[data-family]")) {
    let shownHere = 0;
    for (const item of section.querySelectorAll<HTMLElement>("[data-clause]")) {
      const id = item.querySelector("a")!.pathname.split("/").at(-1);
      const text = `${item.textContent} ${id}`.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word)) ||
        family.value !== "" && family.value !== section.dataset.family ||
        clause.value !== "" && clause.value !== item.dataset.clause;
      if (!item.hidden) shownHere++;
    }
    section.hidden = shownHere === 0;
    shown += shownHere;
  }
  byId("shown").textContent = `Showing ${shown} of ${all.length}`;
}

byId("filters").addEventListener("input", filterVectors);
filterVectors(); // a browser may have kept the fields of an earlier visit
