/** {@code bench engine}: the engine's figures, each compared with its limit. */
package io.lengthwise.cli.bench.engine;
