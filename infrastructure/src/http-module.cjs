// Replaces imports of node:http in the bundles of handlers. To import a module of Node.js reads all of its exports, and three
// of these load a second HTTP client, which takes a seventh of the CPU time of a cold start.
module.exports = process.getBuiltinModule("node:http")
