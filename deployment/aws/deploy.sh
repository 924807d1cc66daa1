#!/bin/sh
# What `zagg deploy` does, step by step, with the AWS CLI (version 2) and your credentials:
#   deployment/aws/deploy.sh OUTPUT_BUCKET [FUNCTION_NAME] [MEMORY_MB]
# OUTPUT_BUCKET must exist; the products go there. Region: AWS_REGION, else us-west-2.
set -eu
bucket=${1:?"name the bucket for products"}
name=${2:-process-morton-cell}
memory=${3:-2048}
large=$((memory * 2)); [ "$large" -le 10240 ] || large=10240
region=${AWS_REGION:-us-west-2}
stack=zagg-$name
root=$(cd "$(dirname "$0")/../.." && pwd)
zip=$root/packages/aws/dist/function.zip

# 1. The worker's zip; its hash is its name, so that the same code is not uploaded twice.
"$(dirname "$0")/build_function.sh" "$zip"
key=code/$(openssl dgst -sha256 -r "$zip" | cut -d' ' -f1).zip

# 2. The stack: first without a function, for the bucket that holds its code is made here.
apply() {
  aws cloudformation deploy --region "$region" --stack-name "$stack" --no-fail-on-empty-changeset \
    --template-file "$root/packages/aws/template.yaml" --capabilities CAPABILITY_IAM \
    --parameter-overrides FunctionName="$name" MemorySize="$memory" LargeMemorySize="$large" \
      OutputBucketName="$bucket" CreateOutputBucket=no "$@"
}
output() {
  aws cloudformation describe-stacks --region "$region" --stack-name "$stack" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue"
}
private=$(output PrivateBucket 2>/dev/null || true)
if [ -z "$private" ]; then
  apply CodeKey=
  private=$(output PrivateBucket)
fi

# 3. The code, then the function.
aws s3 cp --region "$region" --only-show-errors "$zip" "s3://$private/$key"
apply CodeKey="$key"

# 4. Does it answer?
aws lambda invoke --region "$region" --function-name "$name" --cli-binary-format raw-in-base64-out \
  --payload '{"mode":"ping"}' /dev/stdout
echo
