// The pages an owner sees, as plain forms. The ids of inputs and buttons are those the vendor's own SDK tests use.

import type { Brand } from './brands.ts';
import type { Failure, Flow } from './connect-session.ts';
import type { Entry } from './fleet.ts';
import { html, htmlPage, type Markup } from './html.ts';
import { permissionTexts } from './permissions.ts';

export function welcome(flow: Flow): Response {
  return htmlPage(
    'Connect your vehicle',
    form(
      flow,
      'welcome',
      html`<p>An application asks to read data of your vehicle. You log in at the manufacturer, see what is shared, and decide.</p>
${button('continue-button', 'Continue')}
${cancel('exit-button', 'Exit')}`,
    ),
  );
}

export function brands(flow: Flow, found: readonly Brand[], search: string): Response {
  const list = found.map(
    ({ make, name }) =>
      html`<button id="${make.replaceAll(' ', '-')}" class="brand-list-item" name="make" value="${make}">${name}</button>\n`,
  );
  return htmlPage(
    'Choose a brand',
    form(
      flow,
      'brand',
      html`<label for="brand-search">Search</label>
<input type="search" id="brand-search" name="brand-search" value="${search}">
${button('search-button', 'Search')}
${list}${problem(found.length > 0 ? undefined : 'No such brand.')}
${cancel('cancel-button', 'Cancel')}`,
    ),
  );
}

export function login(flow: Flow, complaint?: string): Response {
  const title = flow.make === 'CITROEN' ? 'My Citroën' : `Log in${flow.make === null ? '' : ` at ${flow.make}`}`;
  return htmlPage(
    title,
    form(
      flow,
      'login',
      html`${problem(complaint)}
<label for="username">E-mail</label>
<input type="email" id="username" name="username" autocomplete="username" required>
<label for="password">Password</label>
<input type="password" id="password" name="password" autocomplete="current-password" required>
${button('sign-in-button', 'Sign in')}
${cancel('cancel-button', 'Cancel')}`,
    ),
  );
}

export function vehicles(flow: Flow, candidates: readonly Entry[], complaint?: string): Response {
  const type = flow.request.singleSelect ? 'radio' : 'checkbox';
  const list = candidates.map(({ car }) => {
    const checked = candidates.length === 1 || type === 'checkbox' ? html` checked` : html``;
    return html`<p><label><input type="${type}" name="vehicle" value="${car.id}"${checked}> ${car.make} ${car.model} (${car.year})</label></p>\n`;
  });
  return htmlPage(
    'Choose what to connect',
    form(
      flow,
      'vehicles',
      html`${problem(complaint)}
${list}
${button('continue-button', 'Continue')}
${cancel('back-to-application', 'Back to the application')}`,
    ),
  );
}

export function approval(flow: Flow, chosen: readonly Entry[]): Response {
  const { permissions, required } = flow.request;
  const shared = permissions.map((name) => {
    const must = required.includes(name) ? ' (required)' : '';
    return html`<li data-permission="${name}">${permissionTexts[name] ?? name}${must}</li>\n`;
  });
  return htmlPage(
    'What is shared',
    form(
      flow,
      'approval',
      html`<p>The application will have access to:</p>
<ul>
${shared}</ul>
<p>of ${chosen.map(({ car }) => `${car.make} ${car.model} (${car.year})`).join(', ')}.</p>
${button('approval-button', 'Agree')}
${cancel('deny-button', 'Decline')}`,
    ),
  );
}

export function failure(flow: Flow, { description, vehicle }: Failure): Response {
  const share =
    vehicle === null
      ? html``
      : html`<p><label><input type="checkbox" name="share" value="yes" checked> Tell the application which vehicle it is</label></p>`;
  return htmlPage(
    'This did not work',
    form(
      flow,
      'leave',
      html`${problem(`${description}.`)}\n${share}\n${button('back-to-application', 'Back to the application')}`,
    ),
  );
}

/** For problems before the redirect URI is known to be good, and for sessions that are over. */
export function onScreen(text: string): Response {
  return htmlPage('This did not work', problem(text), 400);
}

function form(flow: Flow, step: string, content: Markup): Markup {
  return html`<form method="post" action="/oauth/authorize">
<input type="hidden" name="session" value="${flow.id}">
<input type="hidden" name="step" value="${step}">
${content}
</form>`;
}

function button(id: string, text: string): Markup {
  return html`<button id="${id}" name="action" value="continue">${text}</button>`;
}

function cancel(id: string, text: string): Markup {
  return html`<button id="${id}" name="action" value="cancel" class="plain" formnovalidate>${text}</button>`;
}

function problem(text: string | undefined): Markup {
  return text === undefined ? html`` : html`<p class="problem" role="alert">${text}</p>`;
}
