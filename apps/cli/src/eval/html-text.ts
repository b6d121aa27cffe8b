const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What could move text out of its place: control and direction characters of Unicode (UAX #9, CVE-2021-42574). */
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text that others wrote, safe between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(unsafe, '\ufffd').replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
