type Member = string | symbol;

/**
 * `inner` with each of its members as `each` gives it back: the one way to make a wrapper of a source or a store. What is
 * not changed goes through, optional members and those of later versions too, so that no wrapper can lose one.
 *
 * @example
 * const lists = wrapEach(memoryStore(), (member, name) => (name === "put" ? undefined : member));
 * lists.put; // => undefined
 */
export function wrapEach<T extends object>(inner: T, each: (member: unknown, name: Member) => unknown): T {
  return new Proxy(inner, {
    get(_, name) {
      const member = Reflect.get(inner, name, inner);
      return each(typeof member === "function" ? member.bind(inner) : member, name);
    },
  });
}

/** `inner`, some of whose members are replaced by `overrides`. */
export function wrap<T extends object>(inner: T, overrides: Partial<T>): T {
  return wrapEach(inner, (member, name) => (name in overrides ? overrides[name as keyof T] : member));
}
