/** The channel on which processes tell each other that events were committed. */
export function channelOf(prefix: string): string {
  return `${prefix}:events`;
}

/** A sender whom nobody listens to: it only tries whether it may send. */
export const nobody = 'nobody';
