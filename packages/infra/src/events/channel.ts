/** The channel on which processes tell each other that events were committed. */
export function channelOf(prefix: string): string {
  return `${prefix}:events`;
}

/** A sender that nobody listens to: it only tests whether sending is allowed. */
export const nobody = 'nobody';
