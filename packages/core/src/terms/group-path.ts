/** A path template with its group filled in, as an absolute path. */
export function groupPath(template: string, group: string): string {
  return `/${template.replaceAll("{group}", group).split("/").filter(Boolean).join("/")}`;
}
