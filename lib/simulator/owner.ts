// An owner at the Connect pages: reads each page, fills in its form and submits it, until Connect returns to the
// application. For demonstrations and tests; works on the handler itself as well as over HTTP.

/** What the owner does. */
export interface OwnerAnswers {
  readonly email: string;
  readonly password?: string;
  /** Only where Connect was opened without `make`. */
  readonly make?: string;
  /** Vehicle ids to choose; default: what the page has chosen already, else the first. */
  readonly vehicleIds?: readonly string[];
  /** Leaves at this step instead of going on: `approval` is declining. */
  readonly leaveAt?: 'welcome' | 'brand' | 'login' | 'vehicles' | 'approval';
  /** Shares the vehicle's data when it turns out to be incompatible; default: yes. */
  readonly share?: boolean;
}

type Send = (request: Request) => Promise<Response>;

/** Welcome, brand, login, vehicles, approval, and one page for a failure. */
const MOST_PAGES = 8;

/**
 * Walks through Connect from an authorize URL.
 * @param send must not follow redirects: `(request) => fetch(request, { redirect: 'manual' })`.
 * @returns the URL Connect redirects to. Throws when a page has no form, such as a problem shown on screen, when a
 * page refuses what the owner filled in time after time, and when the step to leave at never came.
 */
export async function connectAsOwner(authorizeUrl: string, answers: OwnerAnswers, send: Send): Promise<string> {
  let url = authorizeUrl;
  let left = false;
  let response = await send(new Request(url));
  for (let page = 0; page < MOST_PAGES && !left; page++) {
    if (response.headers.has('location')) break;
    const form = readForm(await response.text());
    left = form.step === answers.leaveAt;
    url = new URL(form.action, url).href;
    response = await send(new Request(url, { method: 'POST', body: new URLSearchParams(fillIn(form, answers)) }));
  }
  const location = response.headers.get('location');
  if (location === null || left !== (answers.leaveAt !== undefined)) throw new Error('Connect went another way');
  return location;
}

interface Form {
  readonly action: string;
  readonly step: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly vehicles: readonly { readonly id: string; readonly checked: boolean }[];
}

function fillIn(form: Form, answers: OwnerAnswers): [string, string][] {
  const entries: [string, string][] = form.fields.map(([name, value]) => [name, value]);
  if (answers.leaveAt === form.step) return [...entries, ['action', 'cancel']];
  if (form.step === 'brand') return [...entries, ['make', answers.make ?? 'CITROEN']];
  entries.push(['action', 'continue']);
  if (form.step === 'login') entries.push(['username', answers.email], ['password', answers.password ?? 'any']);
  if (form.step === 'vehicles') entries.push(...choose(form, answers).map((id): [string, string] => ['vehicle', id]));
  if (form.step === 'leave' && answers.share !== false) entries.push(['share', 'yes']);
  return entries;
}

function choose({ vehicles }: Form, answers: OwnerAnswers): readonly string[] {
  if (answers.vehicleIds !== undefined) return answers.vehicleIds;
  const checked = vehicles.filter((vehicle) => vehicle.checked).map(({ id }) => id);
  return checked.length > 0 ? checked : vehicles.slice(0, 1).map(({ id }) => id);
}

function readForm(page: string): Form {
  const action = /<form method="post" action="([^"]+)"/.exec(page)?.[1];
  if (action === undefined) throw new Error('The page has no form');
  const fields = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
    ([, name = '', value = '']) => [name, value] as const,
  );
  const vehicles = [...page.matchAll(/name="vehicle" value="([^"]+)"( checked)?/g)].map(([, id = '', checked]) => ({
    id,
    checked: checked !== undefined,
  }));
  return { action, step: fields.find(([name]) => name === 'step')?.[1] ?? '', fields, vehicles };
}
