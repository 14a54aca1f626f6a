/** Encoded videos that were wanted lately, so that asking for the same picture again costs a copy and not an encoding. */
export interface RecentVideos {
  get(key: string): Uint8Array | null;
  add(key: string, bytes: Uint8Array): void;
}

/** @param maxBytes all of them together; what was not wanted for the longest time goes first */
export function createRecentVideos(maxBytes: number): RecentVideos {
  // A map keeps the order of insertion: re-inserting what is wanted keeps the oldest in front.
  const videos = new Map<string, Uint8Array>();
  let held = 0;

  function remove(key: string): Uint8Array | null {
    const bytes = videos.get(key) ?? null;
    if (bytes !== null) {
      videos.delete(key);
      held -= bytes.length;
    }
    return bytes;
  }

  return {
    get(key) {
      const bytes = remove(key);
      if (bytes !== null) {
        videos.set(key, bytes);
        held += bytes.length;
      }
      return bytes;
    },
    add(key, bytes) {
      remove(key);
      videos.set(key, bytes);
      held += bytes.length;
      for (const oldest of videos.keys()) {
        if (held <= maxBytes) {
          return;
        }
        remove(oldest);
      }
    },
  };
}
