/**
 * The element at `index`, which must be there: to ask beyond the end is a mistake of this package, never of a file. Inner
 * loops over bytes index by themselves.
 */
export function at<T>(list: ArrayLike<T>, index: number): T {
  const element = list[index];
  if (element === undefined) throw new RangeError(`no element ${index} in a list of ${list.length}`);
  return element;
}
