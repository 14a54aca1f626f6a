/** Memory that several share: a request for more than is free waits in line. */
export interface MemoryBudget {
  /** @returns how to give it back; calling that twice is harmless */
  take(bytes: number): Promise<() => void>;
}

export function createMemoryBudget(totalBytes: number): MemoryBudget {
  const line: { readonly bytes: number; readonly enter: () => void }[] = [];
  let free = totalBytes;

  function serve(): void {
    for (let first = line[0]; first !== undefined && first.bytes <= free; first = line[0]) {
      line.shift();
      free -= first.bytes;
      first.enter();
    }
  }

  return {
    async take(asked) {
      const bytes = Math.min(asked, totalBytes);
      await new Promise<void>((enter) => {
        line.push({ bytes, enter });
        serve();
      });
      let isTaken = true;
      return () => {
        if (isTaken) {
          free += bytes;
        }
        isTaken = false;
        serve();
      };
    },
  };
}
