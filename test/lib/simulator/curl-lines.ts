// The commands that the simulator's page prints, and each of them as the request that curl makes of it.

/** The lines of the page that are commands. */
export function curlLines(page: string): readonly string[] {
  const blocks = [...page.matchAll(/<pre>([\s\S]*?)<\/pre>/g)].map(([, block = '']) => block);
  return blocks.flatMap((block) => block.split('\n')).filter((line) => line.startsWith('curl'));
}

/** A curl line as the request that curl makes of it; only what the page uses is understood. */
export function requestOf(line: string): Request {
  const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '').slice(1);
  const headers = new Headers({ 'user-agent': 'curl/8' });
  const data: string[] = [];
  let [url, method] = ['', ''];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '-s') continue;
    if (word === '-G') method = 'GET';
    else if (word.startsWith('http')) url = word;
    else if (word === '-X') method = words.shift() ?? '';
    else if (word === '-u') headers.set('authorization', `Basic ${btoa(words.shift() ?? '')}`);
    else if (word === '-d') data.push(words.shift() ?? '');
    else if (word === '-H') headers.append(...((words.shift() ?? '').split(': ') as [string, string]));
    else throw new Error(`the page uses ${word}`);
  }
  if (method === 'GET') return new Request(`${url}?${data.join('&')}`, { headers });
  if (data.length > 0 && !headers.has('content-type')) headers.set('content-type', 'application/x-www-form-urlencoded');
  const body = data.length > 0 ? { body: data.join('&') } : {};
  return new Request(url, { method: method || (data.length > 0 ? 'POST' : 'GET'), headers, ...body });
}
