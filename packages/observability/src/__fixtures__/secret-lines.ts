/** Made up; nothing here opens anything. */
export const generated = 'FYIvDBZAn0Bw7qzIFTRnu3Udpyr';
export const hexKey = '649e2e372af68c380b2c340e8b21ee92';
export const chosen = 'copper_otter454';

/** Names of fields, variables and headers whose value is a secret whatever it looks like. */
export const secretNames = [
  'password',
  'pwd',
  'db_pass',
  'PGPASSWORD',
  'newPassword',
  'password_confirmation',
  'passphrase',
  'secret',
  'clientSecret',
  'JWT_SECRET',
  'api_key',
  'apiKey',
  'x-api-key',
  'OPENAI_API_KEY',
  'privateKey',
  'masterKey',
  'aws_secret_access_key',
  'access_token',
  'refreshToken',
  'X-Auth-Token',
  'credential',
  'sharedAccessKey',
  'encryption_key',
  'webhook_secret',
];

/** Ways in which a name and its value stand in a log line. */
export const fieldForms: Readonly<Record<string, (name: string, value: string) => string>> = {
  'a field of JSON': (name, value) => JSON.stringify({ level: 'info', body: { [name]: value, model: 'm' } }),
  'JSON in JSON': (name, value) => JSON.stringify({ body: JSON.stringify({ [name]: value }) }),
  'JSON in JSON in JSON': (name, value) =>
    JSON.stringify({ a: JSON.stringify({ b: JSON.stringify({ [name]: value }) }) }),
  'a list in JSON': (name, value) => JSON.stringify({ [name]: ['', value], n: 1 }),
  'a name and a value': (name, value) => JSON.stringify({ env: [{ name, value }] }),
  'a nested value': (name, value) => JSON.stringify({ [name]: { value } }),
  'an environment': (name, value) => `NODE_ENV=production ${name}=${value} PORT=8080 node server.js`,
  'a line within a message': (name, value) => JSON.stringify({ msg: `first\n${name}=${value}\nlast` }),
  YAML: (name, value) => `loaded {${name}: "${value}", region: eu-west-1}`,
  'a block of YAML': (name, value) => `${name}: >-\n  ${value}\n`,
  Python: (name, value) => `{'model': 'm', '${name}': '${value}'}`,
  'a tuple of Python': (name, value) => `[(b'${name}', b'${value}')]`,
  Ruby: (name, value) => `{:${name}=>"${value}"}`,
  PHP: (name, value) => `["${name}"]=>\n  string(27) "${value}"`,
  Go: (name, value) => `map[${name}:[${value}] Accept:[*/*]]`,
  Rust: (name, value) => `Config { ${name}: Some("${value}") }`,
  XML: (name, value) => `<${name}>${value}</${name}>`,
  'an attribute pair': (name, value) => `<add key="${name}" value="${value}" />`,
  'escaped markup': (name, value) => `&quot;${name}&quot;:&quot;${value}&quot;`,
  'a query': (name, value) => `GET /v1?a=1&${name}=${value}&alt=sse 200`,
  'an encoded query': (name, value) => encodeURIComponent(`a=1&${name}=${value}&alt=sse`),
  'a query encoded twice': (name, value) => encodeURIComponent(encodeURIComponent(`a=1&${name}=${value}&b=2`)),
  'encoded JSON': (name, value) => encodeURIComponent(JSON.stringify({ [name]: value })),
  'a form of Rails': (name, value) => `user[${name}]=${value}&x=1`,
  'raw headers': (name, value) => `headers: [ 'host', 'localhost:3000', '${name}', '${value}', 'accept', '*/*' ]`,
  'an option': (name, value) => `spawned: run --${name}=${value} --json`,
  'an option apart': (name, value) => `spawned: run --${name} ${value} --json`,
  'a coloured line': (name, value) => `\u001b[31m${name}\u001b[0m=${value}`,
  'a connection string': (name, value) => `Server=tcp:db;User ID=sa;${name}=${value};Encrypt=true`,
};
