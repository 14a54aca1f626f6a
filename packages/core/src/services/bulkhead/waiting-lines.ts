/** Those who wait, in the order in which they came, in a line for each destination. The lines take turns. */
export class WaitingLines<Waiter extends { readonly line: string }> {
  readonly #lines = new Map<string, Waiter[]>();

  add(waiter: Waiter): void {
    const line = this.#lines.get(waiter.line);
    if (line === undefined) this.#lines.set(waiter.line, [waiter]);
    else line.push(waiter);
  }

  remove(waiter: Waiter): void {
    const line = this.#lines.get(waiter.line);
    const index = line?.indexOf(waiter) ?? -1;
    if (line === undefined || index < 0) return;
    line.splice(index, 1);
    if (line.length === 0) this.#lines.delete(waiter.line);
  }

  /** Removes and returns the first of the next line whose first one may go on; null when none may. */
  takeNext(mayGoOn: (waiter: Waiter) => boolean): Waiter | null {
    for (const [name, line] of this.#lines) {
      const [first] = line;
      if (first === undefined || !mayGoOn(first)) continue;
      line.shift();
      // Deleted and set again it stands at the end of the map.
      this.#lines.delete(name);
      if (line.length > 0) this.#lines.set(name, line);
      return first;
    }
    return null;
  }
}
