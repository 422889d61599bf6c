// A directory of identities (PLC) and a server of accounts and repositories (PDS), the reference software, on loopback.
// Needs @atproto/dev-env where Node finds it (NODE_PATH). Prints `READY <port of the PDS>` once it serves; ends on SIGTERM.
const net = require('net')

// Both servers listen on every address of the machine unless told otherwise, and dev-env has no setting for it.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (where, ...rest) {
  const asked = typeof where === 'object' ? where : { port: where }
  if (!Number.isInteger(asked.port)) throw new Error('only ports are listened on here')
  return listen.call(this, { ...asked, host: '127.0.0.1' }, ...rest.filter((each) => typeof each === 'function'))
}

const { TestNetworkNoAppView } = require('@atproto/dev-env')

async function main() {
  const network = await TestNetworkNoAppView.create({ pds: { hostname: 'localhost', rateLimitsEnabled: false } })
  process.once('SIGTERM', () => network.close().finally(() => process.exit(0)))
  console.log(`READY ${network.pds.port}`)
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
