import { FRAGMENT_SHADER, VERTEX_SHADER } from "./shader.js";

/** Why a window cannot be drawn at all; the message is for the user. */
export class RendererError extends Error {
  override readonly name = "RendererError";
}

/** A canvas's WebGL2 and the map's shader, which the browser compiles while the product is opened. */
export interface Program {
  readonly gl: WebGL2RenderingContext;
  /** Waits for the compiler, if it must. Throws `RendererError`. */
  linked(): WebGLProgram;
}

/** Throws `RendererError` where there is no WebGL2. */
export async function startProgram(canvas: HTMLCanvasElement): Promise<Program> {
  const gl = canvas.getContext("webgl2", { antialias: false, preserveDrawingBuffer: false });
  if (!gl) throw new RendererError("This browser offers no WebGL2, which the map is drawn with.");
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX_SHADER],
    [gl.FRAGMENT_SHADER, FRAGMENT_SHADER],
  ] as const) {
    const shader = gl.createShader(type) as WebGLShader;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  return {
    gl,
    linked() {
      // Asking for the outcome waits for it.
      if (gl.getProgramParameter(program, gl.LINK_STATUS)) return program;
      const logs = gl.getAttachedShaders(program)?.map((shader) => gl.getShaderInfoLog(shader));
      throw new RendererError(`The map's shader does not compile here: ${logs?.join(" ")}`);
    },
  };
}
