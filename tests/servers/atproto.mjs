// PLC directory, PDS, bsync, AppView and Ozone in one process: the real packages, wired by @atproto/dev-env.
// argv: the folder that holds node_modules. env: DB_POSTGRES_URL, REDIS_HOST, and the ports P_PLC P_PDS P_BSKY P_OZONE.
import dns from 'node:dns'
import net from 'node:net'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

dns.setDefaultResultOrder('ipv4first')
// The packages listen on every interface; here they stay on the loopback.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...given) {
  const [first] = given
  if (typeof first === 'number' && typeof given[1] !== 'string') given.splice(1, 0, '127.0.0.1')
  else if (first?.port !== undefined && !first.host) given[0] = { ...first, host: '127.0.0.1' }
  return listen.apply(this, given)
}
const require = createRequire(process.argv[2] + '/package.json')
const { TestNetwork } = await import(pathToFileURL(require.resolve('@atproto/dev-env')).href)
const { P_PLC, P_PDS, P_BSKY, P_OZONE } = process.env
const network = await TestNetwork.create({
  dbPostgresSchema: 'at',
  plc: { port: +P_PLC },
  pds: { port: +P_PDS, hostname: 'localhost', enableDidDocWithSession: true },
  bsky: { port: +P_BSKY, publicUrl: `http://localhost:${P_BSKY}` },
  ozone: { port: +P_OZONE, dbMaterializedViewRefreshIntervalMs: 2000 },
})
// A moderator is an account like any other, whom Ozone's team takes by the DID.
const made = await fetch(`${network.pds.url}/xrpc/com.atproto.server.createAccount`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ handle: 'mod.test', email: 'mod@test.invalid', password: 'pass-of-mod.test' }),
})
const moderator = await made.json()
await network.ozone.addAdminDid(moderator.did)
// Ozone draws up the reports one by one only every minute; a test does not wait for that.
setInterval(() => network.ozone.daemon.ctx.queueRouter.routeReports(), 1000)
console.log('READY ' + JSON.stringify({
  pds: network.pds.url, appview: network.bsky.url, ozone_did: network.ozone.ctx.cfg.service.did,
  did: moderator.did, token: moderator.accessJwt,
}))
