// The driver's own data page as requests and answers: GET shows and changes nothing, POST withdraws the consent, or begins to connect again. The link is the secret,
// so no cookie is asked for. The platform is not called here: what it has to be told goes through the queue, also while it is down.
import { getContract } from '../contract/contract.ts';
import { getTenant } from '../tenant/tenant.ts';
import { createConnectSession } from './connect-session.ts';
import { type Connection, getConnection } from './connection.ts';
import { readForm } from './driver-form.ts';
import { findMyDataLink, myDataPath } from './my-data-link.ts';
import { myDataPage } from './my-data-page.ts';
import {
  html,
  isForeignForm,
  languageOf,
  type PageAnswer,
  type PageRequest,
  type PagesOptions,
  problemAnswer,
  redirect,
} from './page-answer.ts';
import { readingTimes } from './reading-times.ts';
import { withdrawConsent } from './withdraw.ts';

async function findConnection({ business }: PagesOptions, token: string): Promise<Connection | undefined> {
  const link = await findMyDataLink(business, token);
  return link === undefined ? undefined : getConnection(business, link);
}

export async function showMyData(options: PagesOptions, request: PageRequest): Promise<PageAnswer> {
  const connection = await findConnection(options, request.token);
  if (connection === undefined) return problemAnswer(options, request, 404, 'my_data_unknown');
  const { state, reason = 'unknown' } = connection;
  switch (state) {
    case 'failed':
      return problemAnswer(options, request, 200, reason);
    case 'replaced':
      return problemAnswer(options, request, 200, 'my_data_replaced');
    default:
      return showConsent(options, request, { ...connection, state });
  }
}

type Shown = Parameters<typeof myDataPage>[0]['connection'];

async function showConsent(options: PagesOptions, request: PageRequest, connection: Shown): Promise<PageAnswer> {
  const { business } = options;
  const { tenantId, contractId } = connection;
  const [tenant, contract, readings] = await Promise.all([
    getTenant(business, tenantId),
    getContract(business, tenantId, contractId),
    readingTimes(business, connection),
  ]);
  if (tenant === undefined || contract === undefined) return problemAnswer(options, request, 404, 'my_data_unknown');
  const language = languageOf(request);
  return html(
    options,
    language,
    200,
    myDataPage({ language, tenantName: tenant.name, contract, connection, readings }),
  );
}

/** The link that the driver is given to connect again lives for a day; another one is a press away. */
const RECONNECT_SECONDS = 86_400;

/**
 * A fresh link, without the insurer: only where a new login mends something, and only the same car gets through it. The way goes by the page
 * that says what is agreed to. A crash here leaves a link that nobody knows.
 */
async function reconnect(options: PagesOptions, request: PageRequest, connection: Connection): Promise<PageAnswer> {
  if (connection.state !== 'reauth_required') return redirect(options, myDataPath(request.token));
  const { business, clock, random } = options;
  const { tenantId, contractId } = connection;
  const { token } = await createConnectSession(
    business,
    { tenantId, contractId, lifeSeconds: RECONNECT_SECONDS },
    clock(),
    random,
  );
  return redirect(options, `/connect/${token}`);
}

/** One button says what it does; the other one withdraws. */
const FORM = { do: (what: string) => what === 'reconnect' };

/** A withdrawal is one update; a repeated request finds it done. */
export async function changeMyData(options: PagesOptions, request: PageRequest): Promise<PageAnswer> {
  if (isForeignForm(request)) return problemAnswer(options, request, 403, 'my_data_foreign_form');
  const form = readForm(request.form, FORM);
  if (form === undefined) return problemAnswer(options, request, 400, 'my_data_foreign_form');
  const connection = await findConnection(options, request.token);
  if (connection === undefined) return problemAnswer(options, request, 404, 'my_data_unknown');
  if (form.do === 'reconnect') return reconnect(options, request, connection);
  await withdrawConsent(options.business, connection, options.clock());
  return redirect(options, myDataPath(request.token));
}
