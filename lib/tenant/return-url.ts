// Which addresses drivers may be offered a link back to. PURE. An address is allowed when it is, letter by letter, on its tenant's list:
// nothing of it is a pattern, and nothing is put in order for whoever wrote it otherwise.

const LONGEST = 2_048;

export const RETURN_URL =
  'An https URL as browsers write it, without credentials and fragment, of at most 2,048 characters';

/**
 * Whether a text may be on a list at all: `https`, and the very text that a parser (WHATWG URL) makes of it, so that what was compared is
 * where the browser goes. That refuses white space, capitals in a host, `https://host` without its `/`, `..`, and empty credentials.
 */
export function isReturnUrl(text: string): boolean {
  if (text.length > LONGEST || text.includes('#') || !URL.canParse(text)) return false;
  const { protocol, username, password, href } = new URL(text);
  return protocol === 'https:' && username === '' && password === '' && href === text;
}
