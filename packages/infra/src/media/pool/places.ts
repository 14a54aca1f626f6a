/** The places of a pool, of which posters take one at most. */
export interface Places {
  /** Waits for a place; posters wait for everybody else. Returns how to leave. */
  enter(work: 'poster' | 'other'): Promise<() => void>;
}

/** Nobody waits for a poster, and a request or a job waits for everything else. */
export function createPlaces(total: number): Places {
  const posters: (() => void)[] = [];
  const others: (() => void)[] = [];
  let free = total;
  let isPosterInside = false;

  function next(): (() => void) | undefined {
    const other = others.shift();
    if (other !== undefined || isPosterInside) {
      return other;
    }
    const poster = posters.shift();
    isPosterInside = poster !== undefined;
    return poster;
  }

  function serve(): void {
    for (
      let first = free > 0 ? next() : undefined;
      first !== undefined;
      first = free > 0 ? next() : undefined
    ) {
      free -= 1;
      first();
    }
  }

  return {
    async enter(work) {
      await new Promise<void>((resolve) => {
        (work === 'poster' ? posters : others).push(resolve);
        serve();
      });
      return () => {
        free += 1;
        if (work === 'poster') {
          isPosterInside = false;
        }
        serve();
      };
    },
  };
}
