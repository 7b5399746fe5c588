/** Milliseconds that a change waits before istiod answers it: the real one has it go through a rate-limited queue. */
export const queueDelay = 200;
