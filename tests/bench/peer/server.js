// The peer of the load program: `node server.js PORT CLIENT SECRET CALLBACK`. What it does like ours is written out; all else is as it comes.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

// It tells beginners what to set up; errors still come out.
console.info = () => {};
console.warn = () => {};

const [port, clientId, clientSecret, callback] = process.argv.slice(2);
const issuer = `http://localhost:${port}`;
const SCOPE = 'openid profile email offline_access';
const MACHINE_SCOPE = 'bench.read';
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const provider = new Provider(issuer, {
  // No adapter: its own, in memory.
  clients: [{
    client_id: clientId,
    client_secret: clientSecret,
    token_endpoint_auth_method: 'client_secret_basic',
    redirect_uris: [callback],
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    id_token_signed_response_alg: 'ES256',
  }],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'bench', use: 'sig', alg: 'ES256' }] },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  routes: { authorization: '/authorize', introspection: '/introspect', userinfo: '/userinfo' },
  claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: 'Ada Wren', email: `${id}@havenbrook.example`, email_verified: true }),
  }),
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    // For client_credentials alone, whose tokens are signed here as they are there.
    resourceIndicators: {
      enabled: true,
      defaultResource: () => undefined,
      getResourceServerInfo: (_, audience) => ({
        audience,
        scope: MACHINE_SCOPE,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
});

// Every browser is a new resident's: signed in and granted in one step.
let residents = 0;
async function interact(request, response) {
  await provider.interactionDetails(request, response);
  const accountId = `resident${residents}`;
  residents += 1;
  const grant = new provider.Grant({ accountId, clientId });
  grant.addOIDCScope(SCOPE);
  const grantId = await grant.save();
  await provider.interactionFinished(request, response, { login: { accountId }, consent: { grantId } });
}

const answer = provider.callback();
const server = createServer((request, response) => {
  if (request.url === '/ready') {
    response.end('ready');
  } else if (request.url.startsWith('/interaction/')) {
    interact(request, response).catch((error) => {
      response.statusCode = 500;
      response.end(`${error.message}: ${error.error_description}`);
    });
  } else {
    answer(request, response);
  }
});
// The load program keeps its connections.
server.keepAliveTimeout = 0;
server.listen(Number(port), '127.0.0.1');
