/** The number allowed at once, and the number that come back per second. */
export interface BucketRate {
  readonly burst: number;
  readonly perSecond: number;
}

interface Bucket {
  tokens: number;
  readAt: number;
}

/** A bound on the memory that strangers can fill; the bucket that was used longest ago is forgotten first. */
const maxBuckets = 10_000;

/** One token bucket per key. A key that was never seen has a full bucket. */
export class TokenBuckets {
  readonly #rate: BucketRate;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  /** @param now milliseconds */
  constructor(rate: BucketRate, now: () => number) {
    this.#rate = rate;
    this.#now = now;
  }

  /** Takes one token. 0 when there was one, else the whole seconds until there is. */
  take(key: string): number {
    const bucket = this.#refill(key);
    const seconds = this.#secondsUntilNext(bucket);
    if (seconds === 0) {
      bucket.tokens -= 1;
    }
    return seconds;
  }

  /** The answer that `take` would give, without taking. */
  peek(key: string): number {
    const bucket = this.#buckets.get(key);
    return bucket === undefined ? 0 : this.#secondsUntilNext(this.#refill(key));
  }

  #secondsUntilNext(bucket: Bucket): number {
    return bucket.tokens >= 1 ? 0 : Math.ceil((1 - bucket.tokens) / this.#rate.perSecond);
  }

  #refill(key: string): Bucket {
    const now = this.#now();
    const bucket = this.#buckets.get(key) ?? { tokens: this.#rate.burst, readAt: now };
    const elapsedS = Math.max(0, now - bucket.readAt) / 1_000;
    bucket.tokens = Math.min(this.#rate.burst, bucket.tokens + elapsedS * this.#rate.perSecond);
    bucket.readAt = now;
    // A Map keeps the order of insertion, so a bucket that is put in again stands last.
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    const oldest = this.#buckets.keys().next();
    if (this.#buckets.size > maxBuckets && oldest.done === false) {
      this.#buckets.delete(oldest.value);
    }
    return bucket;
  }
}
