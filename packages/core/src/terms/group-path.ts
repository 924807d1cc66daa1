/** A path template with its group filled in, as an absolute path. */
export function groupPath(template: string, group: string): string {
  return `/${template.replaceAll("{group}", group).split("/").filter(Boolean).join("/")}`;
}

/** Whether a group's name stands for all that fit it: * is any characters of a name, ? is one. */
export function isGroupPattern(group: string): boolean {
  return /[*?]/.test(group);
}
