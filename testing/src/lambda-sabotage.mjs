// Loaded into a function's process before its runtime (NODE_OPTIONS=--import): misbehaves while a shard is
// processed, as SABOTAGE says, in functions of SABOTAGE_MEMORY (MB) only, where that is set. `old` answers as another
// version's worker would.
const { SABOTAGE, SABOTAGE_MEMORY, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memory } = process.env;
const honest = globalThis.fetch;
const hoard = [];

globalThis.fetch = async (url, init) => {
  if (SABOTAGE === "old" && String(url).endsWith("/response")) {
    return honest(url, {
      ...init,
      body: String(init.body).replace(/"version":"[^"]*"/, '"version":"0.0.1"'),
    });
  }
  const answer = await honest(url, init);
  if (!String(url).endsWith("/invocation/next") || (SABOTAGE_MEMORY ?? memory) !== memory) return answer;
  const text = await answer.text();
  if (text.includes('"mode":"process"')) await misbehave();
  return new Response(text, { headers: answer.headers });
};

async function misbehave() {
  if (SABOTAGE === "crash") process.exit(1);
  if (SABOTAGE === "hang") for (;;);
  if (SABOTAGE === "hoard") {
    for (;;) {
      hoard.push(Buffer.alloc(16 << 20, 1));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
