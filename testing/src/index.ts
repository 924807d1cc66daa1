export { startCmrReplay } from "./cmr-replay.js";
export {
  type CmrCollection,
  type CmrFault,
  type CmrItem,
  type CmrServer,
  startCmrServer,
} from "./cmr-server.js";
export { type TrackGranule, trackGranules, trackItem } from "./cmr-tracks.js";
export { type DocBlock, docBlocks } from "./doc-blocks.js";
export { checkedModule } from "./doc-code.js";
export { type DocExample, declaringFile, docExamples, withImports } from "./doc-examples.js";
export { type DocSession, runCommand, runPython, runShell } from "./doc-session.js";
export {
  type EarthdataOptions,
  type EarthdataRequest,
  type EarthdataServers,
  startEarthdata,
} from "./earthdata-server.js";
export { type Fault, type FaultProxy, seededRandom, startFaultProxy } from "./faults.js";
export type { SampleAttribute, SampleBeam, SampleColumn, SampleRows } from "./granules/rows.js";
export { SAMPLE_FOLDER, type SampleGranule, sampleGranules } from "./granules/sample-granules.js";
export { writeGranule } from "./granules/write.js";
export { type HostilePlace, placesInProduct, placesInRecord } from "./hostile-places.js";
export { ESCAPES, type HostileStore, hostileStores, type StoreObjects } from "./hostile-stores.js";
export { type HttpServer, type HttpServerOptions, startHttpServer } from "./http-server.js";
export { type Archive, type ArchiveOptions, startArchive } from "./http-server-archive.js";
export type { TestServer } from "./http-server-listen.js";
export type { LambdaFunction } from "./lambda-functions.js";
export {
  type Execution,
  type Executor,
  type Invocation,
  type InvokeFaults,
  reportLine,
} from "./lambda-invoker.js";
export {
  type LambdaPrincipal,
  type LambdaServer,
  type LambdaServerOptions,
  startLambda,
} from "./lambda-server.js";
export { parseTemplate, type Template, type TemplateResource } from "./lambda-template.js";
export {
  CALLER,
  FAILURE_QUEUE,
  functionZip,
  INVOKER,
  type LambdaTestBed,
  type LambdaTestBedOptions,
  PRIVATE_BUCKET,
  ROLE,
  sabotage,
  startLambdaTestBed,
  TEST_FUNCTION,
} from "./lambda-test-bed.js";
export { writeLegacyStore } from "./legacy-store.js";
export { type Nasa, startNasa } from "./nasa.js";
export { runNextOracle, runOracle } from "./oracle.js";
export { type ProxyOptions, type ProxyServer, startProxyServer } from "./proxy-server.js";
export { BIN, type CliResult, runZagg, runZaggBeside } from "./run-zagg.js";
export {
  type EmulatedBucket,
  type S3Emulator,
  type S3EmulatorOptions,
  startS3Emulator,
} from "./s3-emulator.js";
export type { Principal } from "./s3-emulator-auth.js";
export type { S3Answer } from "./s3-emulator-objects.js";
export { SAMPLE_RUN, sampleProject } from "./sample-project.js";
export { dataPath, sharedData } from "./shared-data.js";
export { startZagg, type ZaggProcess } from "./start-zagg.js";
export { storeDigests } from "./store-digests.js";
export { VALUE_CASES, type ValueCase, valueChunk } from "./value-cases.js";
export { startVersitygw, type Versitygw, versitygw } from "./versitygw.js";
export { type TestDataset, type TestFile, writeHdf5 } from "./write-hdf5.js";
