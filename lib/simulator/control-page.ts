// The page at `/` of a simulator started alone: where a developer begins. Credentials, requests that work as printed
// (codes and tokens in them are made when the page is), how to point the vendor's libraries here, every control action.

import { type Field, fieldsOf } from './accepted.ts';
import { brands } from './brands.ts';
import type { ControlAction, ControlContext } from './control-action.ts';
import { ways } from './control-platform.ts';
import { html, htmlPage, type Markup, verbatim } from './html.ts';
import type { SampleAccess } from './sample-access.ts';

export function controlPage(context: ControlContext, actions: readonly ControlAction[], origin: string): Response {
  const { simulator, applications, now } = context;
  const [application] = applications;
  const access = simulator.sampleAccess(application.clientId);
  const car = access?.vehicleId ?? simulator.fleet.all()[0]?.car.id ?? 'CAR';
  const body = html`<p>A vehicle platform (Smartcar, V2 and V3) on this machine, for tests. It shows
${new Date(now()).toISOString()}, and stands for every host of the vendor. Nothing here is a secret.</p>
<h2>Credentials</h2>
${credentials(context)}
<h2>Begin</h2>
<p>Every line works as it is printed, in order. A code works once, and a token for hours: load the page again for fresh ones.</p>
${access === null ? html`<p>No car is connected yet: use <code>/control/connect</code> below.</p>` : beginnings(context, access, origin)}
<h2>The vendor’s libraries</h2>
${libraries(origin)}
<h2>Control</h2>
${actions.map((action) => actionRow(action, origin, car))}
<h2>Behaviour</h2>
<p>Where the vendor’s documents leave several ways; change them with <code>/control/behaviour</code>.</p>
<table>
<tr><th>way</th><th>usually</th><th>takes</th></tr>
${ways.map(({ name, usual, takes }) => html`<tr><th>${name}</th><td>${usual}</td><td>${takes}</td></tr>\n`)}</table>
<h2>Brands</h2>
<p>${brands.map(({ make }) => make).join(', ')}</p>`;
  return htmlPage('Vehicle platform simulator', body, 200, '60rem');
}

function credentials({ applications: [application], simulator }: ControlContext): Markup {
  const rows: readonly (readonly [string, string])[] = [
    ['Client id, Application id', application.clientId],
    ['Client secret (V2)', application.clientSecret],
    ['API client id (V3)', application.apiCredentials?.clientId ?? 'none'],
    ['API client secret (V3)', application.apiCredentials?.clientSecret ?? 'none'],
    ['Management token', application.managementToken],
    ['Redirect URI', application.redirectUris.join(', ')],
    ['Drivers (any password)', [...new Set(simulator.fleet.all().map(({ account }) => account))].join(', ')],
  ];
  return html`<table>${rows.map(([name, value]) => html`<tr><th>${name}</th><td><code>${value}</code></td></tr>\n`)}</table>
<p>Any other redirect URI of a documented form is accepted too. Connect begins at <code>/oauth/authorize</code>.</p>`;
}

function beginnings({ applications: [application] }: ControlContext, access: SampleAccess, origin: string): Markup {
  const { clientId, clientSecret, managementToken, apiCredentials } = application;
  const v2 = `curl -s -H "Authorization: Bearer ${access.accessToken}" ${origin}/v2.0`;
  const car = `${v2}/vehicles/${access.vehicleId}`;
  const token = `curl -s -u ${clientId}:${clientSecret} ${origin}/oauth/token`;
  const application3 = `curl -s -H "Authorization: Bearer ${access.applicationToken ?? ''}" -H "sc-user-id: ${access.userId}"`;
  const car3 = `${application3} ${origin}/v3/vehicles/${access.vehicleId}`;
  const subscription = {
    webhookId: application.webhookIds?.[0] ?? '',
    userId: access.userId,
    vehicleId: access.vehicleId,
  };
  const v3 = [
    '# A token of the application; then what it is connected to',
    `curl -s ${origin}/oauth2/token -d grant_type=client_credentials -d client_id=${apiCredentials?.clientId ?? ''} -d client_secret=${apiCredentials?.clientSecret ?? ''}`,
    `${application3} ${origin}/v3/connections`,
    '# Fill the signals of a car (202, once; then 409), read them, lock the doors',
    `${application3} ${origin}/v3/subscriptions -H "Content-Type: application/json" -d '${JSON.stringify({ data: { attributes: subscription } })}'`,
    `${car3}/signals`,
    `${car3}/signals/odometer-traveleddistance`,
    `${car3}/commands/security/lock -X POST`,
  ];
  return html`<h3>V2</h3>
${lines([
  '# A code and a refresh token become tokens',
  `${token} -d grant_type=authorization_code -d code=${access.code} -d redirect_uri=${access.redirectUri}`,
  `${token} -d grant_type=refresh_token -d refresh_token=${access.refreshToken}`,
  '# Which cars, and what one of them says',
  `${v2}/vehicles`,
  `${car}/odometer`,
  `${car}/batch -H "Content-Type: application/json" -d '{"requests":[{"path":"/odometer"},{"path":"/vin"}]}'`,
  '# What the application is connected to; whether a car can be',
  `curl -s -u default:${managementToken} ${origin}/v2.0/management/connections`,
  `curl -s -G -u ${clientId}:${clientSecret} ${origin}/v2.0/compatibility -d vin=5YJXCDE22HF068739 -d scope=read_odometer`,
])}
${apiCredentials === undefined ? html`` : html`<h3>V3</h3>\n${lines(v3)}`}`;
}

function libraries(origin: string): Markup {
  const set = (names: readonly string[], path = ''): string =>
    names.map((name) => `export SMARTCAR_${name}_ORIGIN=${origin}${path}`).join('\n');
  const common = ['API', 'MANAGEMENT_API'];
  return html`<p>Node, Java</p>
${lines([set([...common, 'AUTH', 'CONNECT', 'API_V3'])])}
<p>Python (before the import)</p>
${lines([set([...common, 'CONNECT', 'VEHICLE_API_V3']), set(['AUTH'], '/oauth/token')])}
<p>Ruby</p>
${lines([set([...common, 'AUTH', 'CONNECT', 'VEHICLE_API'])])}
<p>Go: replace <code>http.DefaultTransport</code> by one that sends every request to <code>${origin}</code>.</p>`;
}

function actionRow({ method, path, does, example, back, body }: ControlAction, origin: string, car: string): Markup {
  const target = `${origin}${path.replace(':id', car)}`;
  const bodies = [example, back ?? null].filter((each) => each !== null);
  const sending = bodies.map((each) => `curl -s ${target} -d '${JSON.stringify(each)}'`);
  const fields = body === null ? [] : fieldsOf(body);
  return html`<p><code>${method} ${path}</code>: ${does}</p>
${lines(example === null ? [`curl -s ${target}`] : sending)}
${fields.length === 0 ? html`` : html`<table>${fields.map(fieldRow)}</table>`}\n`;
}

function fieldRow({ name, required, takes }: Field): Markup {
  return html`<tr><th>${name}</th><td>${required ? '' : 'may be left out: '}${takes}</td></tr>\n`;
}

function lines(texts: readonly string[]): Markup {
  return html`<pre>${verbatim(texts.join('\n'))}</pre>`;
}
