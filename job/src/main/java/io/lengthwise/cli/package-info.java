/** The command line: everything that runs Lengthwise without a Flink cluster. */
package io.lengthwise.cli;
