/** {@code run}, and the Flink cluster in this JVM. */
package io.lengthwise.cli.cluster;
