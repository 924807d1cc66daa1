import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dataPath, sharedData } from "@zagg/testing";
import { describe, expect, it } from "vitest";
import { bytesSource, openHdf5, isHdf5Error } from "./index.js";
const m = JSON.parse(readFileSync(dataPath("hdf5/manifest.json"), "utf8"));
const toBytes=(v:any)=>v.buffer?new Uint8Array(v.buffer,v.byteOffset,v.byteLength):undefined;
describe("x",()=>{ it("y", async()=>{
 let ok=0;
 for (const f of m){
  let file; 
  try { file = await openHdf5(bytesSource(new Uint8Array(readFileSync(dataPath("hdf5",f.path))),f.path)); } catch(e:any){ console.log("OPEN",f.path,e.message,'|',f.inspect.open_error); continue;}
  for (const d of f.inspect.datasets??[]) {
   try { const ds=await file.dataset(d.path);
     if (d.shape && JSON.stringify(d.shape)!==JSON.stringify(ds.shape)) console.log("SHAPE",f.path,d.path,ds.shape,d.shape);
     const v:any=await ds.read(); const b=toBytes(v); const h=b&&createHash("sha256").update(b).digest("hex");
     if (d.sha256_le && h!==d.sha256_le) console.log("SHA",f.path,d.path,d.dtype,JSON.stringify(d.filters),JSON.stringify(ds.dtype).slice(0,200), d.first?.slice(0,3), v.slice(0,3)); else ok++;
     if (!d.sha256_le && d.first) console.log("VAL",f.path,d.path,JSON.stringify(v.slice(0,3),(k,x)=>typeof x==='bigint'?Number(x):x).slice(0,200),'|',JSON.stringify(d.first.slice(0,3)).slice(0,200));
     const a=await ds.attributes(); if(Object.keys(a).length!==d.n_attrs) console.log("ATTR",f.path,d.path,Object.keys(a).length,d.n_attrs);
   } catch(e:any){ if(d.sha256_le && !/filter (4|5|6|32\d+|307)/.test(e.message) || !isHdf5Error(e)) console.log("READ",f.path,d.path,d.dtype,e.message.slice(0,150), isHdf5Error(e)?'':e.stack, d.read_error??d.dtype_error??''); }
  }
  for (const g of f.inspect.groups??[]) { if(g.n_links===undefined) continue;
   try { const l=await file.list(g.path); if(l.length!==g.n_links) console.log("LINKS",f.path,g.path,l.length,g.n_links); const a=await file.attributes(g.path); if(Object.keys(a).length!==g.n_attrs) console.log("GATTR",f.path,g.path,Object.keys(a).length,g.n_attrs); } catch(e:any){console.log("GROUP",f.path,g.path,e.message.slice(0,200),isHdf5Error(e)?'':e.stack)}
  }
 }
 console.log("ok",ok);
},600000)});
