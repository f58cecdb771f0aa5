//! What is looked at before anything is deployed: the trail, kept buckets, recorders, stacks that stand in the way.
