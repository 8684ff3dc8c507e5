#!/usr/bin/env node
// ONNX Runtime beside an engine of convgauge, on files that `convgauge export` writes. Optional: it needs node and the npm
// package onnxruntime-node, which carries ONNX Runtime's own binaries:
//
//   npm install --ignore-scripts --prefix build/peers onnxruntime-node
//   node bench/peers/onnxruntime.cjs BUILD [--threads 1,2] [--engine native] [--processes 4] [--rounds 12] [NETWORK...]
//
// BUILD is a build folder with the program (ninja -C BUILD). Each side is a process of its own, bound to the same cpus;
// samples are taken in turns and the ratio is formed inside a round. Processes are started afresh --processes times: the
// interval is Student's t over one median log-ratio a pair of processes. Each network's output is first compared with
// the reference's (relative L2 error at most 1e-4). A ratio above 1: ONNX Runtime takes longer.
'use strict';
const { spawn, spawnSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const readline = require('readline');

const NETWORKS = ['mobilenet_v1:1.0', 'mobilenet_v2:1.0', 'shufflenet_v2:1.0x', 'shufflenet_v1:1x_g3'];
const SAMPLE_MS = 40; // a sample lasts about this long
const PAUSE_MS = 15; // threads of the other side have gone to sleep by then
const T_975 = [NaN, NaN, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365]; // by number of processes

const root = path.resolve(__dirname, '..', '..');
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function fail(sentence) {
    process.stderr.write(`onnxruntime.cjs: ${sentence}\n`);
    process.exit(2);
}

function parse(words) {
    const options = { threads: [1, 2], engine: 'native', processes: 4, rounds: 12, build: null, networks: [] };
    const number = (text, name) => (/^[1-9][0-9]*$/.test(text) ? Number(text) : fail(`${name} takes numbers above 0`));
    for (let i = 0; i < words.length; i++) {
        const name = words[i].slice(2);
        if (!words[i].startsWith('--')) {
            if (options.build === null) options.build = path.resolve(words[i]);
            else options.networks.push(words[i]);
        } else if (!(name in options) || name === 'build' || name === 'networks') {
            fail(`unknown option '${words[i]}'; the head of the script has the usage`);
        } else {
            const value = words[++i] ?? fail(`${words[i - 1]} takes a value`);
            if (name === 'engine') options.engine = value;
            else if (name === 'threads') options.threads = value.split(',').map((n) => number(n, words[i - 1]));
            else options[name] = number(value, words[i - 1]);
        }
    }
    if (options.build === null) fail('name the build folder: onnxruntime.cjs BUILD [option...] [NETWORK...]');
    if (options.processes < 2 || options.processes >= T_975.length) fail(`--processes is 2 to ${T_975.length - 1}`);
    if (options.networks.length === 0) options.networks = NETWORKS;
    return options;
}

// ---- the side of ONNX Runtime ----

// The package's main file: from build/peers, or wherever node looks (NODE_PATH).
function find() {
    const places = [path.join(root, 'build', 'peers', 'node_modules', 'onnxruntime-node'), 'onnxruntime-node'];
    for (const place of places) {
        try {
            return require.resolve(place);
        } catch (error) {
            if (error.code !== 'MODULE_NOT_FOUND') throw error;
        }
    }
    return fail('no onnxruntime-node: npm install --ignore-scripts --prefix build/peers onnxruntime-node');
}

function version() {
    for (let folder = path.dirname(find()); folder !== path.dirname(folder); folder = path.dirname(folder)) {
        const file = path.join(folder, 'package.json');
        if (fs.existsSync(file)) return require(file).version;
    }
    return 'of unknown version';
}

function readTensor(file) {
    const bytes = fs.readFileSync(file);
    const start = 10 + bytes.readUInt16LE(8); // .npy, version 1
    const shape = /'shape': \(([^)]*)\)/.exec(bytes.toString('latin1', 10, start))[1];
    const dims = shape.split(',').filter((word) => word.trim()).map(Number);
    return { dims, data: new Float32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length)) };
}

function relativeError(got, want) {
    let difference = 0;
    let norm = 0;
    for (let i = 0; i < want.length; i++) {
        difference += (got[i] - want[i]) ** 2;
        norm += want[i] ** 2;
    }
    return got.length === want.length ? Math.sqrt(difference / norm) : Infinity;
}

// Answers each line "N" with the nanoseconds of N runs, as turns.c does.
async function takeTurns(folder, threads) {
    const ort = require(find());
    const session = await ort.InferenceSession.create(path.join(folder, 'network.onnx'), {
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        executionMode: 'sequential',
        graphOptimizationLevel: 'all',
    });
    const input = readTensor(path.join(folder, 'input_0.npy'));
    const feeds = { [session.inputNames[0]]: new ort.Tensor('float32', input.data, input.dims) };
    const got = (await session.run(feeds))[session.outputNames[0]].data;
    const error = relativeError(got, readTensor(path.join(folder, 'output_0.npy')).data);
    if (!(error <= 1e-4)) fail(`relative L2 error ${error} against the reference`);
    console.log(`ready ${error.toExponential(1)}`);
    for await (const line of readline.createInterface({ input: process.stdin })) {
        const start = process.hrtime.bigint();
        for (let i = Number(line); i > 0; i--) await session.run(feeds);
        console.log(String(process.hrtime.bigint() - start));
    }
}

// ---- both sides in turns ----

class Side {
    constructor(cpus, command) {
        this.child = spawn('taskset', ['-c', cpus, ...command], { stdio: ['pipe', 'pipe', 'inherit'] });
        this.lines = readline.createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    }

    async answer() {
        const line = await this.lines.next();
        return line.done ? fail('a process ended') : line.value;
    }

    async time(runs) {
        this.child.stdin.write(`${runs}\n`);
        return Number(await this.answer()) / runs; // ns a run
    }

    // Waits until the network is loaded.
    async load() {
        this.ready = await this.answer();
    }

    // Warms up and finds how many runs make a sample.
    async prepare() {
        for (let i = 0; i < 3; i++) await this.time(5);
        this.runs = Math.max(1, Math.round((SAMPLE_MS * 1e6) / (await this.time(5))));
    }

    async sample() {
        await pause(PAUSE_MS);
        await this.time(1); // caches as this side leaves them
        return this.time(this.runs);
    }
}

const median = (list) => {
    const sorted = [...list].sort((a, b) => a - b);
    return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};

async function measurePair(options, folder, threads) {
    const cpus = Array.from({ length: threads }, (_, i) => i).join(',');
    const network = path.join(folder, 'network.onnx');
    const own = new Side(cpus, [path.join(options.build, 'bench', 'peers', 'turns'), network, options.engine, cpus]);
    const peer = new Side(cpus, [process.execPath, __filename, '--side', folder, String(threads)]);
    await Promise.all([own.load(), peer.load()]);
    await own.prepare();
    await peer.prepare();
    const times = [];
    for (let round = 0; round < options.rounds; round++) {
        const pair = {};
        for (const side of round % 2 ? [own, peer] : [peer, own]) pair[side === own ? 'own' : 'peer'] = await side.sample();
        times.push(pair);
    }
    own.child.stdin.end();
    peer.child.stdin.end();
    return {
        error: peer.ready.split(' ')[1],
        own: median(times.map((t) => t.own)),
        peer: median(times.map((t) => t.peer)),
        logRatio: median(times.map((t) => Math.log(t.peer / t.own))),
    };
}

async function measure(options, folder, network, threads) {
    const pairs = [];
    for (let i = 0; i < options.processes; i++) pairs.push(await measurePair(options, folder, threads));
    const logs = pairs.map((p) => p.logRatio);
    const mean = logs.reduce((a, b) => a + b) / logs.length;
    const variance = logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (logs.length - 1);
    const half = T_975[logs.length] * Math.sqrt(variance / logs.length);
    const ms = (key) => (median(pairs.map((p) => p[key])) / 1e6).toFixed(2).padStart(8);
    const ratio = [mean, mean - half, mean + half].map((x) => Math.exp(x).toFixed(3));
    console.log(`${network.padEnd(24)} ${String(threads).padStart(7)} ${ms('own')} ${ms('peer')}   ` +
        `${ratio[0]} [${ratio[1]}, ${ratio[2]}]   ${pairs[0].error}`);
}

async function main() {
    const options = parse(process.argv.slice(2));
    find();
    const program = path.join(options.build, 'bench', 'convgauge');
    for (const file of [program, path.join(options.build, 'bench', 'peers', 'turns')])
        if (!fs.existsSync(file)) fail(`${file} is missing: ninja -C ${options.build}`);
    console.log(`ONNX Runtime ${version()} beside engine ${options.engine}; ${os.cpus()[0].model}; ` +
        `${options.processes} pairs of processes, ${options.rounds} rounds each`);
    console.log(`${'network'.padEnd(24)} threads ${options.engine.padStart(5)} ms   ORT ms   ORT / ${options.engine} ` +
        '[95 % interval]   error of ORT');
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'convgauge-peers-'));
    process.on('exit', () => fs.rmSync(folder, { recursive: true }));
    for (const network of options.networks) {
        const words = ['export', network, '-o', path.join(folder, 'network.onnx'), '--tensors', folder];
        if (spawnSync(program, words, { stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0) process.exit(2);
        for (const threads of options.threads) await measure(options, folder, network, threads);
    }
}

if (process.argv[2] === '--side') takeTurns(process.argv[3], Number(process.argv[4]));
else main();
