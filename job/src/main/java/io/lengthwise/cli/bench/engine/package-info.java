/** {@code bench engine}: the engine's figures, each beside its limit. */
package io.lengthwise.cli.bench.engine;
