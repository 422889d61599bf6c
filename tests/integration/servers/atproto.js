// A directory of identities (PLC), a server of accounts and repositories (PDS), and, where DB_POSTGRES_URL and REDIS_HOST
// are set, the AppView that indexes them: the reference software, on loopback. Needs @atproto/dev-env where Node finds it
// (NODE_PATH). Prints `READY <port of the PDS> [<port of the AppView>]` once it serves; ends on SIGTERM.
const net = require('net')

// The servers listen on every address of the machine unless told otherwise, and dev-env has no setting for it.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (where, ...rest) {
  const asked = typeof where === 'object' ? where : { port: where }
  if (!Number.isInteger(asked.port)) throw new Error('only ports are listened on here')
  return listen.call(this, { ...asked, host: '127.0.0.1' }, ...rest.filter((each) => typeof each === 'function'))
}

const { TestNetwork, TestNetworkNoAppView } = require('@atproto/dev-env')

async function main() {
  const pds = { hostname: 'localhost', rateLimitsEnabled: false }
  const network = process.env.DB_POSTGRES_URL
    ? await TestNetwork.create({ pds, dbPostgresSchema: 'invented' })
    : await TestNetworkNoAppView.create({ pds })
  process.once('SIGTERM', () => network.close().finally(() => process.exit(0)))
  console.log(['READY', network.pds.port, network.bsky?.port].filter(Boolean).join(' '))
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
