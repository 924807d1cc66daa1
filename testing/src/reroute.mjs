// Preloaded (NODE_OPTIONS=--import …) into processes that speak to NASA by its own names: every TLS connection goes
// to the port of this machine that ZAGG_TEST_PORT names, with the server name as asked for, so that certificates,
// tokens and redirects are checked as they would be there.
import { syncBuiltinESMExports } from "node:module";
import tls from "node:tls";

const port = Number(process.env.ZAGG_TEST_PORT);
const { connect } = tls;
tls.connect = (options, ...rest) =>
  connect({ ...options, host: "127.0.0.1", port, servername: options.servername || options.host }, ...rest);
syncBuiltinESMExports();
