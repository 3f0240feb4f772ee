/** Promise.withResolvers for Node 20; DevTools' worker is written for newer engines. Import it before the bundle. */
// @ts-check

/** @type {{ withResolvers?: () => { promise: Promise<unknown>, resolve: (value: unknown) => void, reject: (reason: unknown) => void } }} */ (
  Promise
).withResolvers ??= function withResolvers() {
  /** @type {(value: unknown) => void} */
  let resolve = () => {};
  /** @type {(reason: unknown) => void} */
  let reject = () => {};
  const promise = new Promise((a, b) => {
    resolve = a;
    reject = b;
  });
  return { promise, resolve, reject };
};
