// The statements of SAM's policy templates. Two of them are missing, those with conditions on services that are not
// served here: AWSSecretsManagerRotationPolicy and EFSWriteAccessPolicy.

/** The parameters of a template are variables of `Fn::Sub` in its resources. */
export type TemplateStatement = { actions: string[]; resources: string[] }

// AWS: the statements are those that SAM publishes with its source (template-sam-policies)
const statements: Readonly<Record<string, TemplateStatement[]>> = {
  AMIDescribePolicy: [allow("*", "ec2:DescribeImages")],
  AWSSecretsManagerGetSecretValuePolicy: [allow("{SecretArn}", "secretsmanager:GetSecretValue")],
  AcmGetCertificatePolicy: [allow("{CertificateArn}", "acm:GetCertificate")],
  AthenaQueryPolicy: [
    allow(
      "*",
      `
      athena:ListWorkGroups GetExecutionEngine GetExecutionEngines GetNamespace GetCatalogs GetNamespaces
      GetTables GetTable`,
    ),
    allow(
      "athena::workgroup/{WorkGroupName}",
      `
      athena:StartQueryExecution GetQueryResults DeleteNamedQuery GetNamedQuery ListQueryExecutions
      StopQueryExecution GetQueryResultsStream ListNamedQueries CreateNamedQuery GetQueryExecution
      BatchGetNamedQuery BatchGetQueryExecution GetWorkGroup`,
    ),
  ],
  CloudFormationDescribeStacksPolicy: [allow("cloudformation::stack/*", "cloudformation:DescribeStacks")],
  CloudWatchDashboardPolicy: [allow("*", "cloudwatch:GetDashboard ListDashboards PutDashboard ListMetrics")],
  CloudWatchDescribeAlarmHistoryPolicy: [allow("*", "cloudwatch:DescribeAlarmHistory")],
  CloudWatchPutMetricPolicy: [allow("*", "cloudwatch:PutMetricData")],
  CodeCommitCrudPolicy: [
    allow(
      "codecommit::{RepositoryName}",
      `
      codecommit:GitPull GitPush CreateBranch DeleteBranch GetBranch ListBranches
      MergeBranchesByFastForward MergeBranchesBySquash MergeBranchesByThreeWay UpdateDefaultBranch
      BatchDescribeMergeConflicts CreateUnreferencedMergeCommit DescribeMergeConflicts GetMergeCommit
      GetMergeOptions BatchGetPullRequests CreatePullRequest DescribePullRequestEvents
      GetCommentsForPullRequest GetCommitsFromMergeBase GetMergeConflicts GetPullRequest ListPullRequests
      MergePullRequestByFastForward MergePullRequestBySquash MergePullRequestByThreeWay
      PostCommentForPullRequest UpdatePullRequestDescription UpdatePullRequestStatus
      UpdatePullRequestTitle DeleteFile GetBlob GetFile GetFolder PutFile DeleteCommentContent GetComment
      GetCommentsForComparedCommit PostCommentForComparedCommit PostCommentReply UpdateComment
      BatchGetCommits CreateCommit GetCommit GetCommitHistory GetDifferences GetObjectIdentifier
      GetReferences GetTree GetRepository UpdateRepositoryDescription ListTagsForResource TagResource
      UntagResource GetRepositoryTriggers PutRepositoryTriggers TestRepositoryTriggers GetBranch GetCommit
      UploadArchive GetUploadArchiveStatus CancelUploadArchive`,
    ),
  ],
  CodeCommitReadPolicy: [
    allow(
      "codecommit::{RepositoryName}",
      `
      codecommit:GitPull GetBranch ListBranches BatchDescribeMergeConflicts DescribeMergeConflicts
      GetMergeCommit GetMergeOptions BatchGetPullRequests DescribePullRequestEvents
      GetCommentsForPullRequest GetCommitsFromMergeBase GetMergeConflicts GetPullRequest ListPullRequests
      GetBlob GetFile GetFolder GetComment GetCommentsForComparedCommit BatchGetCommits GetCommit
      GetCommitHistory GetDifferences GetObjectIdentifier GetReferences GetTree GetRepository
      ListTagsForResource GetRepositoryTriggers TestRepositoryTriggers GetBranch GetCommit
      GetUploadArchiveStatus`,
    ),
  ],
  CodePipelineLambdaExecutionPolicy: [allow("*", "codepipeline:PutJobSuccessResult PutJobFailureResult")],
  CodePipelineReadOnlyPolicy: [allow("codepipeline::{PipelineName}", "codepipeline:ListPipelineExecutions")],
  ComprehendBasicAccessPolicy: [
    allow(
      "*",
      `
      comprehend:BatchDetectKeyPhrases DetectDominantLanguage DetectEntities BatchDetectEntities
      DetectKeyPhrases DetectSentiment BatchDetectDominantLanguage BatchDetectSentiment`,
    ),
  ],
  CostExplorerReadOnlyPolicy: [
    allow(
      "*",
      `
      ce:GetCostAndUsage GetDimensionValues GetReservationCoverage GetReservationPurchaseRecommendation
      GetReservationUtilization GetTags`,
    ),
  ],
  DynamoDBBackupFullAccessPolicy: [
    allow("dynamodb::table/{TableName}", "dynamodb:CreateBackup DescribeContinuousBackups"),
    allow("dynamodb::table/{TableName}/backup/*", "dynamodb:DeleteBackup DescribeBackup ListBackups"),
  ],
  DynamoDBCrudPolicy: [
    allow(
      "dynamodb::table/{TableName} dynamodb::table/{TableName}/index/*",
      `
      dynamodb:GetItem DeleteItem PutItem Scan Query UpdateItem BatchWriteItem BatchGetItem DescribeTable
      ConditionCheckItem`,
    ),
  ],
  DynamoDBReadPolicy: [
    allow(
      "dynamodb::table/{TableName} dynamodb::table/{TableName}/index/*",
      `
      dynamodb:GetItem Scan Query BatchGetItem DescribeTable`,
    ),
  ],
  DynamoDBReconfigurePolicy: [allow("dynamodb::table/{TableName}", "dynamodb:UpdateTable")],
  DynamoDBRestoreFromBackupPolicy: [
    allow("dynamodb::table/{TableName}/backup/*", "dynamodb:RestoreTableFromBackup"),
    allow("dynamodb::table/{TableName}", "dynamodb:PutItem UpdateItem DeleteItem GetItem Query Scan BatchWriteItem"),
  ],
  DynamoDBStreamReadPolicy: [
    allow("dynamodb::table/{TableName}/stream/{StreamName}", "dynamodb:DescribeStream GetRecords GetShardIterator"),
    allow("dynamodb::table/{TableName}/stream/*", "dynamodb:ListStreams"),
  ],
  DynamoDBWritePolicy: [
    allow(
      "dynamodb::table/{TableName} dynamodb::table/{TableName}/index/*",
      `
      dynamodb:PutItem UpdateItem BatchWriteItem`,
    ),
  ],
  EC2CopyImagePolicy: [allow("ec2::image/{ImageId}", "ec2:CopyImage")],
  EC2DescribePolicy: [allow("*", "ec2:DescribeRegions DescribeInstances")],
  EKSDescribePolicy: [allow("*", "eks:DescribeCluster ListClusters")],
  EcsRunTaskPolicy: [allow("ecs::task-definition/{TaskDefinition}", "ecs:RunTask")],
  ElasticMapReduceAddJobFlowStepsPolicy: [
    allow("elasticmapreduce::cluster/{ClusterId}", "elasticmapreduce:AddJobFlowSteps"),
  ],
  ElasticMapReduceCancelStepsPolicy: [allow("elasticmapreduce::cluster/{ClusterId}", "elasticmapreduce:CancelSteps")],
  ElasticMapReduceModifyInstanceFleetPolicy: [
    allow("elasticmapreduce::cluster/{ClusterId}", "elasticmapreduce:ModifyInstanceFleet ListInstanceFleets"),
  ],
  ElasticMapReduceModifyInstanceGroupsPolicy: [
    allow("elasticmapreduce::cluster/{ClusterId}", "elasticmapreduce:ModifyInstanceGroups ListInstanceGroups"),
  ],
  ElasticMapReduceSetTerminationProtectionPolicy: [
    allow("elasticmapreduce::cluster/{ClusterId}", "elasticmapreduce:SetTerminationProtection"),
  ],
  ElasticMapReduceTerminateJobFlowsPolicy: [
    allow("elasticmapreduce::cluster/{ClusterId}", "elasticmapreduce:TerminateJobFlows"),
  ],
  ElasticsearchHttpPostPolicy: [allow("es::domain/{DomainName}/*", "es:ESHttpPost ESHttpPut")],
  EventBridgePutEventsPolicy: [allow("events::event-bus/{EventBusName}", "events:PutEvents")],
  FilterLogEventsPolicy: [allow("logs::log-group:{LogGroupName}:log-stream:*", "logs:FilterLogEvents")],
  FirehoseCrudPolicy: [
    allow(
      "firehose::deliverystream/{DeliveryStreamName}",
      `
      firehose:CreateDeliveryStream DeleteDeliveryStream DescribeDeliveryStream PutRecord PutRecordBatch
      UpdateDestination`,
    ),
  ],
  FirehoseWritePolicy: [allow("firehose::deliverystream/{DeliveryStreamName}", "firehose:PutRecord PutRecordBatch")],
  KMSDecryptPolicy: [allow("kms::key/{KeyId}", "kms:Decrypt")],
  KMSEncryptPolicy: [allow("kms::key/{KeyId}", "kms:Encrypt")],
  KMSEncryptPolicy_v2: [
    allow(
      "kms::key/{KeyId}",
      `
      kms:Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext GenerateDataKeyPair
      GenerateDataKeyPairWithoutPlaintext`,
    ),
  ],
  KinesisCrudPolicy: [
    allow(
      "kinesis::stream/{StreamName}",
      `
      kinesis:AddTagsToStream CreateStream DecreaseStreamRetentionPeriod DeleteStream DescribeStream
      DescribeStreamSummary GetShardIterator IncreaseStreamRetentionPeriod ListTagsForStream MergeShards
      PutRecord PutRecords SplitShard RemoveTagsFromStream`,
    ),
  ],
  KinesisStreamReadPolicy: [
    allow("kinesis::stream/*", "kinesis:ListStreams DescribeLimits"),
    allow("kinesis::stream/{StreamName}", "kinesis:DescribeStream DescribeStreamSummary GetRecords GetShardIterator"),
  ],
  LambdaInvokePolicy: [allow("lambda::function:{FunctionName}*", "lambda:InvokeFunction")],
  MobileAnalyticsWriteOnlyAccessPolicy: [allow("*", "mobileanalytics:PutEvents")],
  OrganizationsListAccountsPolicy: [allow("*", "organizations:ListAccounts")],
  PinpointEndpointAccessPolicy: [
    allow(
      "mobiletargeting::apps/{PinpointApplicationId}/endpoints/*",
      `
      mobiletargeting:GetEndpoint UpdateEndpoint UpdateEndpointsBatch`,
    ),
  ],
  PollyFullAccessPolicy: [
    allow("polly::lexicon/{LexiconName}", "polly:GetLexicon DeleteLexicon"),
    allow("polly::lexicon/*", "polly:DescribeVoices ListLexicons PutLexicon SynthesizeSpeech"),
  ],
  RekognitionDetectOnlyPolicy: [allow("*", "rekognition:DetectFaces DetectLabels DetectModerationLabels DetectText")],
  RekognitionFacesManagementPolicy: [
    allow(
      "rekognition::collection/{CollectionId}",
      `
      rekognition:IndexFaces DeleteFaces SearchFaces SearchFacesByImage ListFaces`,
    ),
  ],
  RekognitionFacesPolicy: [allow("*", "rekognition:CompareFaces DetectFaces")],
  RekognitionLabelsPolicy: [allow("*", "rekognition:DetectLabels DetectModerationLabels")],
  RekognitionNoDataAccessPolicy: [
    allow(
      "rekognition::collection/{CollectionId}",
      `
      rekognition:CompareFaces DetectFaces DetectLabels DetectModerationLabels`,
    ),
  ],
  RekognitionReadPolicy: [
    allow(
      "rekognition::collection/{CollectionId}",
      `
      rekognition:ListCollections ListFaces SearchFaces SearchFacesByImage`,
    ),
  ],
  RekognitionWriteOnlyAccessPolicy: [
    allow("rekognition::collection/{CollectionId}", "rekognition:CreateCollection IndexFaces"),
  ],
  Route53ChangeResourceRecordSetsPolicy: [
    allow("route53:::hostedzone/{HostedZoneId}", "route53:ChangeResourceRecordSets"),
  ],
  S3CrudPolicy: [
    allow(
      "s3:::{BucketName} s3:::{BucketName}/*",
      `
      s3:GetObject ListBucket GetBucketLocation GetObjectVersion PutObject PutObjectAcl
      GetLifecycleConfiguration PutLifecycleConfiguration DeleteObject`,
    ),
  ],
  S3FullAccessPolicy: [
    allow(
      "s3:::{BucketName}/*",
      `
      s3:GetObject GetObjectAcl GetObjectVersion PutObject PutObjectAcl DeleteObject DeleteObjectTagging
      DeleteObjectVersionTagging GetObjectTagging GetObjectVersionTagging PutObjectTagging
      PutObjectVersionTagging`,
    ),
    allow("s3:::{BucketName}", "s3:ListBucket GetBucketLocation GetLifecycleConfiguration PutLifecycleConfiguration"),
  ],
  S3ReadPolicy: [
    allow(
      "s3:::{BucketName} s3:::{BucketName}/*",
      `
      s3:GetObject ListBucket GetBucketLocation GetObjectVersion GetLifecycleConfiguration`,
    ),
  ],
  S3WritePolicy: [
    allow("s3:::{BucketName} s3:::{BucketName}/*", "s3:PutObject PutObjectAcl PutLifecycleConfiguration"),
  ],
  SESBulkTemplatedCrudPolicy: [
    allow(
      "ses::identity/{IdentityName}",
      `
      ses:GetIdentityVerificationAttributes SendEmail SendRawEmail SendTemplatedEmail
      SendBulkTemplatedEmail VerifyEmailIdentity`,
    ),
  ],
  SESBulkTemplatedCrudPolicy_v2: [
    allow(
      "ses::identity/{IdentityName} ses::template/{TemplateName}",
      `
      ses:SendEmail SendRawEmail SendTemplatedEmail SendBulkTemplatedEmail`,
    ),
    allow("*", "ses:GetIdentityVerificationAttributes VerifyEmailIdentity"),
  ],
  SESCrudPolicy: [
    allow(
      "ses::identity/{IdentityName}",
      `
      ses:GetIdentityVerificationAttributes SendEmail SendRawEmail VerifyEmailIdentity`,
    ),
  ],
  SESEmailTemplateCrudPolicy: [
    allow("*", "ses:CreateTemplate GetTemplate ListTemplates UpdateTemplate DeleteTemplate TestRenderTemplate"),
  ],
  SESSendBouncePolicy: [allow("ses::identity/{IdentityName}", "ses:SendBounce")],
  SNSCrudPolicy: [
    allow("sns::{TopicName}*", "sns:ListSubscriptionsByTopic CreateTopic SetTopicAttributes Subscribe Publish"),
  ],
  SNSPublishMessagePolicy: [allow("sns::{TopicName}", "sns:Publish")],
  SQSPollerPolicy: [
    allow(
      "sqs::{QueueName}",
      `
      sqs:ChangeMessageVisibility ChangeMessageVisibilityBatch DeleteMessage DeleteMessageBatch
      GetQueueAttributes ReceiveMessage`,
    ),
  ],
  SQSSendMessagePolicy: [allow("sqs::{QueueName}", "sqs:SendMessage*")],
  SSMParameterReadPolicy: [
    allow("*", "ssm:DescribeParameters"),
    allow("ssm::parameter/{ParameterName}", "ssm:GetParameters GetParameter GetParametersByPath"),
  ],
  SSMParameterWithSlashPrefixReadPolicy: [
    allow("*", "ssm:DescribeParameters"),
    allow("ssm::parameter{ParameterName}", "ssm:GetParameters GetParameter GetParametersByPath"),
  ],
  SageMakerCreateEndpointConfigPolicy: [
    allow("sagemaker::endpoint-config/{EndpointConfigName}", "sagemaker:CreateEndpointConfig"),
  ],
  SageMakerCreateEndpointPolicy: [allow("sagemaker::endpoint/{EndpointName}", "sagemaker:CreateEndpoint")],
  ServerlessRepoReadWriteAccessPolicy: [
    allow(
      "serverlessrepo::applications/*",
      `
      serverlessrepo:CreateApplication CreateApplicationVersion UpdateApplication GetApplication
      ListApplications ListApplicationVersions ListApplicationDependencies`,
    ),
  ],
  StepFunctionsCallbackPolicy: [
    allow("states::stateMachine:{StateMachineName}", "states:SendTaskFailure SendTaskHeartbeat SendTaskSuccess"),
  ],
  StepFunctionsExecutionPolicy: [allow("states::stateMachine:{StateMachineName}", "states:StartExecution")],
  StepFunctionsExecutionPolicy_v2: [
    allow("states::stateMachine:{StateMachineName}", "states:StartExecution StartSyncExecution"),
  ],
  TextractDetectAnalyzePolicy: [
    allow("*", "textract:DetectDocumentText StartDocumentTextDetection StartDocumentAnalysis AnalyzeDocument"),
  ],
  TextractGetResultPolicy: [allow("*", "textract:GetDocumentTextDetection GetDocumentAnalysis")],
  TextractPolicy: [allow("*", "textract:*")],
  VPCAccessPolicy: [
    allow("*", "ec2:CreateNetworkInterface DeleteNetworkInterface DescribeNetworkInterfaces DetachNetworkInterface"),
  ],
}

export const policyTemplates: ReadonlyMap<string, TemplateStatement[]> = new Map(Object.entries(statements))

/**
 * @param resources separated by spaces; `sqs::{QueueName}` is in the region and account of the stack
 * @param actions separated by spaces; one without a service is of the same service as the one before it
 */
function allow(resources: string, actions: string): TemplateStatement {
  let service = ""
  return {
    resources: resources.split(" ").map(arnOf),
    actions: actions
      .trim()
      .split(/\s+/)
      .map((action) => {
        const colon = action.indexOf(":") + 1
        if (colon > 0) service = action.slice(0, colon)
        return colon > 0 ? action : service + action
      }),
  }
}

function arnOf(resource: string): string {
  const text = resource.replaceAll("{", "$" + "{")
  const [, service, rest] = /^([a-z0-9-]+)::(?!:)(.*)$/.exec(text) ?? []
  if (service !== undefined) return `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${rest}`
  return /^[a-z0-9-]+:::/.test(text) ? `arn:\${AWS::Partition}:${text}` : text
}
