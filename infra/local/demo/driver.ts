// A driver in front of a browser without script: opens the link, agrees, logs in at the maker, comes back. Reads the pages as a browser
// does: the form on the page, its hidden fields, the address it is sent to. Keeps cookies per host.

const MOST_PAGES = 12;

type Cookies = Map<string, string>;

interface Page {
  readonly url: URL;
  readonly status: number;
  readonly text: string;
}

class LostDriver extends Error {}

async function request(url: URL, cookies: Cookies, form?: URLSearchParams): Promise<Response> {
  const headers = { cookie: cookies.get(url.host) ?? '', 'accept-language': 'en' };
  const post = form === undefined ? {} : { method: 'POST', body: form };
  const response = await fetch(url, { redirect: 'manual', headers, ...post });
  for (const cookie of response.headers.getSetCookie()) cookies.set(url.host, cookie.split(';')[0] ?? '');
  return response;
}

async function visit(start: URL, cookies: Cookies, form?: URLSearchParams): Promise<Page> {
  let url = start;
  let response = await request(url, cookies, form);
  for (let hops = 0; response.status >= 300 && response.status < 400 && hops < MOST_PAGES; hops += 1) {
    url = new URL(response.headers.get('location') ?? '', url);
    response = await request(url, cookies);
  }
  return { url, status: response.status, text: await response.text() };
}

/** The page's form with its hidden fields and, where there is one choice, that choice. */
function formOf({ url, text }: Page): { readonly action: URL; readonly fields: URLSearchParams } | undefined {
  const [, attributes = '', inner = ''] = /<form([^>]*)>([\s\S]*?)<\/form>/.exec(text) ?? [];
  if (inner === '') return undefined;
  const fields = new URLSearchParams();
  for (const [tag] of inner.matchAll(/<input[^>]*>/g)) {
    const attribute = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(tag)?.[1];
    const taken = attribute('type') === 'hidden' || tag.includes(' checked');
    const name = attribute('name');
    if (taken && name !== undefined) fields.append(name, attribute('value') ?? '');
  }
  return { action: new URL(/action="([^"]*)"/.exec(attributes)?.[1] ?? url, url), fields };
}

/** The browser after the login: looks at the page that tells how it went; presses its one button, which leads to the own data page. */
export interface CameBack {
  readonly look: () => Promise<string>;
  /** @returns the address of the driver's own data page */
  readonly ownData: () => Promise<string>;
}

/** Tells how it went. */
const isLast = ({ url }: Page): boolean => url.pathname.startsWith('/connect/done/');

/**
 * Connects the one car of `account` through `link`.
 * @throws LostDriver when a page is not what it should be
 */
export async function connectAndLook(link: string, account: string): Promise<CameBack> {
  const cookies: Cookies = new Map();
  let page = await visit(new URL(link), cookies);
  // A car that is bound by now has a button on the last page, which is not pressed here.
  for (let pages = 0; pages < MOST_PAGES && page.status === 200 && !isLast(page); pages += 1) {
    const form = formOf(page);
    if (form === undefined) break;
    if (page.text.includes('id="make"')) form.fields.set('make', 'CITROEN');
    if (page.text.includes('id="username"')) form.fields.set('username', account);
    if (page.text.includes('id="password"')) form.fields.set('password', 'correct horse');
    if (page.text.includes('name="action"')) form.fields.set('action', 'continue');
    page = await visit(form.action, cookies, form.fields);
  }
  if (!isLast(page)) throw new LostDriver(`the driver ended at ${page.url.pathname}`);
  const { url } = page;
  const ownData = async (): Promise<string> => {
    const { url: address } = await visit(url, cookies, new URLSearchParams());
    if (!address.pathname.startsWith('/my-data/')) throw new LostDriver('no personal link is shown');
    return address.href;
  };
  return { look: async () => (await visit(url, cookies)).text, ownData };
}

/** As {@link connectAndLook}. @returns tells the heading of the page that tells how it went */
export async function connectCar(link: string, account: string): Promise<() => Promise<string>> {
  const { look } = await connectAndLook(link, account);
  return async () => /<h1>([^<]*)<\/h1>/.exec(await look())?.[1] ?? '';
}
