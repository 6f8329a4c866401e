/**
 * Makes a group of controls one Tab stop, as the ARIA Authoring Practices say ("roving tabindex"): Tab leads to the
 * control that had the focus last, and the arrow keys, Home and End move inside the group.
 *
 * @module
 */

/** Makes the buttons and links in an element one Tab stop. If there are none, the element itself can be one. */
export function startRoving(group: HTMLElement): void {
  const isStop = group.tabIndex === 0; // it scrolls, so that it needs a Tab stop in it, or is one itself
  let current: HTMLElement | undefined;
  const items = () => [...group.querySelectorAll<HTMLElement>("button, a[href]")];

  function update(): void {
    const all = items();
    if (!current || !all.includes(current)) current = all[0];
    for (const item of all) {
      const index = item === current ? 0 : -1;
      if (item.tabIndex !== index) item.tabIndex = index;
    }
    if (isStop) group.tabIndex = current ? -1 : 0;
  }

  function itemByKey(key: string): HTMLElement | undefined {
    const all = items();
    const index = all.indexOf(current!);
    if (key === "ArrowDown" || key === "ArrowRight") return all[Math.min(index + 1, all.length - 1)];
    if (key === "ArrowUp" || key === "ArrowLeft") return all[Math.max(index - 1, 0)];
    if (key === "Home") return all[0];
    if (key === "End") return all.at(-1);
  }

  group.addEventListener("focusin", ({ target }) => {
    if (!items().includes(target as HTMLElement)) return;
    current = target as HTMLElement;
    update();
  });
  group.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target === group) return;
    const item = itemByKey(event.key);
    if (!item) return;
    event.preventDefault();
    item.focus();
  });
  new MutationObserver(update).observe(group, { childList: true, subtree: true });
  update();
}
