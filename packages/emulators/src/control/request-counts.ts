/** Long numbers and UUIDs. */
const identifier = /\/(?:\d{6,}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})(?=\/|$)/gi;
const fileName = /^\/media\/[^/]+\.[a-z0-9]+$/;

/** Counts the calls of each route, whatever their answer. */
export interface RequestCounts {
  count(method: string, path: string): void;
  /** By method and path, with `{id}` and `{file}` for what differs: `GET /video/result/{id}`. */
  all(): Readonly<Record<string, number>>;
}

export function createRequestCounts(): RequestCounts {
  const counts = new Map<string, number>();
  return {
    count(method, path) {
      const route = `${method} ${fileName.test(path) ? '/media/{file}' : path.replace(identifier, '/{id}')}`;
      counts.set(route, (counts.get(route) ?? 0) + 1);
    },
    all: () => Object.fromEntries(counts),
  };
}
