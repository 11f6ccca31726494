/**
 * The name as one file or folder name, readable and reversible: `demo/staging` → `demo%2Fstaging`. Never empty,
 * never `.` or `..`, never hidden: whatever an identifier holds, it stays inside the folder it is joined to.
 */
export function folderName(name: string): string {
  return encodeURIComponent(name).replace(/^$/, '%00').replace(/^\./, '%2E');
}
