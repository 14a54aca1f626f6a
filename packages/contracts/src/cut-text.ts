/** The beginning of a text that somebody else wrote, for a reply, a log line or a row; what was left out shows as `…`. */
export function cutText(text: string, longest: number): string {
  // A cut through a surrogate pair would leave half of it, which the database does not store.
  return text.length <= longest ? text : `${text.slice(0, longest - 1).replace(/\p{Surrogate}$/u, '')}…`;
}
