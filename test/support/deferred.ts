export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(why: Error): void;
}

/** A promise that is kept or broken when the test says so. */
export function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined;
  let reject: (why: Error) => void = () => undefined;
  const promise = new Promise<T>((kept, broken) => {
    resolve = kept;
    reject = broken;
  });
  return { promise, resolve, reject };
}
