/** Images of pikaframes (generated types of the official client of fal, 1.10.1). */
export const minimumImages = 2;
export const maximumImages = 5;

/** All transitions of a video together, in seconds. */
export const longestTransitionS = 25;

/** The shortest length of pikaframes that is billed, in seconds. */
export const shortestBilledS = 5;

/** References of pikascenes. Pika publishes no limit; this is that of our own parameter. */
export const maxReferences = 16;
