/** How predicted requests become micro-batches: buckets, their keys, the window's trigger. */
package io.lengthwise.batching;
